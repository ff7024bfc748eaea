import { AppError } from '../../kernel/app-error.js';

/** Setting up took longer than its lease and was undone by the reconciler. Safe to try again. */
export class ProvisioningLostError extends AppError {
  constructor(tenantId: string) {
    super('provisioning_lost', 'Setting up the account took too long and was undone. Try again.', {
      fields: { tenantId },
    });
  }
}

export class SignupClosedError extends AppError {
  constructor() {
    super(
      'signup_closed',
      'This installation takes no signups. Ask its administrator for an account.',
    );
  }
}

export class SignupInvitationError extends AppError {
  constructor() {
    super(
      'signup_invitation_invalid',
      'A signup here needs a valid, unused invitation code in "invitation".',
    );
  }
}

export class SignupLimitError extends AppError {
  constructor(retryAfterMs: number) {
    super('signup_limit', 'Too many signups for now. Try again later.', {
      fields: { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) },
    });
  }
}
