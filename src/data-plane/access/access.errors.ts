import { AppError } from '../../kernel/app-error.js';
import type { Role } from '../../tenancy/tenancy.js';

/** The call is about the session or the person behind it, and came with an API key. */
export class SessionRequiredError extends AppError {
  constructor() {
    super('session_required', 'This call works with a session only. Sign in first.');
  }
}

/** The credential was good when the call began and was taken away meanwhile: to clients, no credential. */
export class CredentialEndedError extends AppError {
  constructor() {
    super('unauthenticated', 'The session or key of this call has just been ended.');
  }
}

/** The caller's role does not reach what it tries to give or take. */
export class RoleTooSmallError extends AppError {
  constructor(needed: Role) {
    super('role_too_small', `This takes the role ${needed}.`, { fields: { roles: [needed] } });
  }
}
