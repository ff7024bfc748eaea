import { AppError } from '../../kernel/app-error.js';
import type { OrganizationChoice } from '../organization/organization.dto.js';
import { OrganizationChoiceError } from '../organization/organization-choice.error.js';

/** One answer for every reason: unknown, wrong password, invited only, suspended. */
export class LoginFailedError extends AppError {
  constructor() {
    super('login_failed', 'E-mail address or password is not right.');
  }
}

/** The password is right in several organisations. Says which, since whoever has it is in each. */
export class OrganizationAmbiguousError extends OrganizationChoiceError {
  constructor(organizations: readonly OrganizationChoice[]) {
    super(
      'organization_ambiguous',
      'This address and password sign in to several organisations. Send the slug of one as "organization".',
      organizations,
    );
  }
}

/** The password is right, and nobody has proved yet that the address is theirs. */
export class EmailUnprovedError extends OrganizationChoiceError {
  constructor(organizations: readonly OrganizationChoice[]) {
    super(
      'email_unproved',
      'This e-mail address has not been confirmed yet. Open the link that was sent to it, ask for another one, or send the slug of the organisation as "organization".',
      organizations,
    );
  }
}
