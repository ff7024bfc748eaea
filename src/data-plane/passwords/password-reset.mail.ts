import type { Mail } from '../../infrastructure/mail/mailer.js';
import { RESET_MINUTES } from '../access/single-use-links.repository.js';

export function passwordResetMail(to: string, link: string): Mail {
  return {
    to,
    subject: 'Choose a new NuMoon password',
    text: `Somebody, probably you, asked to choose a new password for NuMoon.

Open this link within ${RESET_MINUTES} minutes; it works once:

${link}

If it was not you, do nothing: your password stays as it is.
`,
  };
}
