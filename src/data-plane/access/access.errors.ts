import { AppError } from '../../kernel/app-error.js';

/** The call is about the session or the person behind it, and came with an API key. */
export class SessionRequiredError extends AppError {
  constructor() {
    super('session_required', 'This call works with a session only. Sign in first.');
  }
}

/** The credential was good when the call began and was taken away meanwhile. */
export class CredentialEndedError extends AppError {
  constructor() {
    super('credential_ended', 'The session or key of this call has just been ended.');
  }
}

/** The caller's role does not reach what it tries to give or take. */
export class RoleTooSmallError extends AppError {
  constructor(needed: string) {
    super('role_too_small', `Your role does not allow this. It takes: ${needed}.`, {
      fields: { needed },
    });
  }
}
