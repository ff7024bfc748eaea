import type { Mail } from '../../infrastructure/mail/mailer.js';
import { INVITATION_DAYS } from '../access/single-use-links.repository.js';

export function invitationMail(to: string, organization: string, link: string): Mail {
  return {
    to,
    // The organisation's name stays out of the subject: anybody can sign up under any name.
    subject: 'You are invited to NuMoon',
    text: `${organization} invites you to its account on NuMoon.

Open this link within ${INVITATION_DAYS} days to join; it works once:

${link}

If you do not know why you got this, do nothing.
`,
  };
}
