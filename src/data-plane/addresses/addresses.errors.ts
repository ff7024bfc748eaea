import { AppError } from '../../kernel/app-error.js';

/** Unknown, used, expired, of another tenant, malformed: one answer. */
export class EmailVerificationInvalidError extends AppError {
  constructor() {
    super(
      'email_verification_invalid',
      'This link is not valid any more. Sign in, or ask for a new one.',
    );
  }
}
