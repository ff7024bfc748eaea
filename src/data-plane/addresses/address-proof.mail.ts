import type { Mail } from '../../infrastructure/mail/mailer.js';
import { type LinkedOrganization, listInMail } from './linked-organization.js';

export const PROOF_HOURS = 24;

export function addressProofMail(to: string, organizations: readonly LinkedOrganization[]): Mail {
  const each = organizations.length === 1 ? 'this link' : 'the link of yours';
  return {
    to,
    subject: 'Confirm your e-mail address for NuMoon',
    text: `Somebody, probably you, uses this e-mail address to sign in to NuMoon. Open ${each} within
${PROOF_HOURS} hours to confirm that the address is yours; it works once.

${listInMail(organizations)}

If this is not an organisation of yours, do nothing: do not confirm it. Whoever opened it under your address
can then never be taken for you.
`,
  };
}
