import { Injectable } from '@nestjs/common';
import { PasswordHasher } from '../../infrastructure/passwords/password-hasher.js';

/** Checks a password at the cost of exactly one hash, whether there is an account or not. */
@Injectable()
export class CheckPassword {
  constructor(private readonly hasher: PasswordHasher) {}

  async execute(account: { passwordHash: string } | null, password: string): Promise<boolean> {
    if (account === null) return this.hasher.verifyNothing(password);
    return this.hasher.verify(account.passwordHash, password);
  }
}
