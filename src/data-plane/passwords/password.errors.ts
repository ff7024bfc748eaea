import { AppError } from '../../kernel/app-error.js';
import type { PasswordFault } from '../../infrastructure/passwords/password-policy.js';

/** Too many wrong passwords for this account or from this address. Says the same for unknown accounts. */
export class LoginThrottledError extends AppError {
  constructor(retryAfterMs: number) {
    super('login_throttled', 'Too many failed attempts. Wait before the next one.', {
      fields: { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) },
    });
  }
}

export class CurrentPasswordWrongError extends AppError {
  constructor() {
    super('current_password_wrong', 'The current password is not right.', {
      fields: { field: 'currentPassword' },
    });
  }
}

const FAULTS: Record<PasswordFault, string> = {
  password_too_short: 'The password is too short. Use at least 8 characters.',
  password_too_long: 'The password is too long. Use at most 128 characters.',
  password_bad_character: 'The password has a character that cannot be used.',
  password_too_common: 'This password is among the first that anybody would guess.',
  password_is_account: 'The password must not be the e-mail address or the organisation.',
};

/** The policy refuses a new password. The code is the policy's own word for why. */
export class PasswordRefusedError extends AppError {
  constructor(fault: PasswordFault, field: string) {
    super(fault, FAULTS[fault], { fields: { field } });
  }
}

/** Unknown, used, expired, of another tenant, malformed: one answer. */
export class ResetLinkInvalidError extends AppError {
  constructor() {
    super('reset_link_invalid', 'This link is not valid any more. Ask for a new one.');
  }
}
