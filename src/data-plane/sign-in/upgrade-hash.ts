import { Injectable, Logger } from '@nestjs/common';
import { PasswordHasher } from '../../infrastructure/passwords/password-hasher.js';
import { type Account, AccountsRepository } from '../access/accounts.repository.js';

/** Hashes anew at today's cost, in the one moment the password is at hand. */
@Injectable()
export class UpgradeHash {
  readonly #logger = new Logger(UpgradeHash.name);

  constructor(
    private readonly hasher: PasswordHasher,
    private readonly accounts: AccountsRepository,
  ) {}

  async execute(account: Account, password: string): Promise<void> {
    if (!this.hasher.needsRehash(account.passwordHash)) return;
    try {
      const after = await this.hasher.hash(password);
      const { id, passwordVersion: version } = account;
      await this.accounts.upgradeHash({ id, version, after });
    } catch (error) {
      // Whoever signed in with the right password is not turned away for it; the next time will do.
      this.#logger.warn('A password hash was not upgraded', error);
    }
  }
}
