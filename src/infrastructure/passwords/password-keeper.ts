import { AppError } from '../../kernel/app-error.js';
import type { PasswordHasher } from './password-hasher.js';
import { passwordFault, type PasswordOwner } from './password-policy.js';

/** A new password at the door: checked, then hashed. */
export class PasswordKeeper {
  constructor(private readonly hasher: PasswordHasher) {}

  /** @throws AppError with the policy's own code (`password_too_short`, ...); costs nothing */
  check(password: string, owner: PasswordOwner): void {
    const fault = passwordFault(password, owner);
    if (fault === null) return;
    throw new AppError(
      fault,
      'The password does not meet the rules: 8 to 128 characters, not a common one, not your own name.',
      {
        fields: { field: 'owner.password' },
      },
    );
  }

  /** @throws AppError `hashing_busy` */
  hash(password: string): Promise<string> {
    return this.hasher.hash(password);
  }
}
