import type { Mail } from '../../infrastructure/mail/mailer.js';
import { RESET_MINUTES } from '../access/single-use-links.repository.js';
import { type LinkedOrganization, listInMail } from '../addresses/linked-organization.js';

/** One mail, however many organisations the address signs in to: each has a password of its own. */
export function passwordResetMail(to: string, organizations: readonly LinkedOrganization[]): Mail {
  return {
    to,
    subject: 'Choose a new NuMoon password',
    text: `Somebody, probably you, asked to choose a new password for NuMoon. Open the link of the
organisation that you know within ${RESET_MINUTES} minutes; it works once:

${listInMail(organizations)}

It ends everything that is signed in with this address there, and shows which API keys go on working. If you
do not know the organisation, or if it was not you, do nothing: passwords stay as they are.
`,
  };
}
