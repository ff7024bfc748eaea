import { Injectable } from '@nestjs/common';
import { Tenancy } from '../../tenancy/tenancy.js';
import type { Account } from '../access/accounts.repository.js';
import { CheckPassword } from './check-password.js';
import { PasswordThrottle } from './password-throttle.js';

/**
 * Asks somebody who is signed in already for the password again. Counted apart from strangers' guesses at
 * sign-in, which would otherwise keep the member from changing the password.
 */
@Injectable()
export class ConfirmPassword {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly throttle: PasswordThrottle,
    private readonly check: CheckPassword,
  ) {}

  /** @throws LoginThrottledError */
  async execute(account: Account, password: string): Promise<boolean> {
    const whose = `member ${account.id} of ${this.tenancy.current().tenant.id}`;
    const confirmed = await this.throttle.guard({ account: whose }, async () =>
      (await this.check.execute(account, password)) ? true : null,
    );
    return confirmed === true;
  }
}
