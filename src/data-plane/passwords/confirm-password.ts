import { Injectable } from '@nestjs/common';
import type { Account } from '../access/accounts.repository.js';
import { CheckPassword } from './check-password.js';
import { PasswordThrottle } from './password-throttle.js';

/** Asks somebody who is signed in already for the password again. Wrong ones count as at sign-in. */
@Injectable()
export class ConfirmPassword {
  constructor(
    private readonly throttle: PasswordThrottle,
    private readonly check: CheckPassword,
  ) {}

  /** @throws LoginThrottledError */
  async execute(account: Account, password: string): Promise<boolean> {
    const confirmed = await this.throttle.guard({ account: account.email }, async () =>
      (await this.check.execute(account, password)) ? true : null,
    );
    return confirmed === true;
  }
}
