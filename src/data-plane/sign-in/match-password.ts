import { Injectable } from '@nestjs/common';
import type { Account } from '../access/accounts.repository.js';
import { FindAccount } from '../access/find-account.js';
import type { SignInPlace } from '../access/sign-in-directory.js';
import { CheckPassword } from '../passwords/check-password.js';

export interface Match {
  place: SignInPlace;
  account: Account;
}

export interface Matches {
  /** At most one a place. */
  found: Match[];
  /** Passwords compared: each costs a hash. */
  checks: number;
  /** What went wrong in places of which nothing is known therefore. */
  failures: unknown[];
}

/** Compares a password with those that an address has in several tenants. */
@Injectable()
export class MatchPassword {
  constructor(
    private readonly find: FindAccount,
    private readonly check: CheckPassword,
  ) {}

  /**
   * Side by side, and no place can hold up what the others say: a tenant that cannot be reached, or that
   * was tampered with, must not keep anybody out of another one.
   *
   * @param only the id of the one member that counts
   */
  async execute(
    places: readonly SignInPlace[],
    { email, password }: { email: string; password: string },
    only?: string,
  ): Promise<Matches> {
    const result: Matches = { found: [], checks: 0, failures: [] };
    const looked = places.map(async (place) => {
      await this.find.execute(place, email, 'session.open', async (account) => {
        if (only !== undefined && account.id !== only) return;
        if (result.found.some((match) => match.place === place)) return;
        result.checks += 1;
        if (await this.check.execute(account, password)) result.found.push({ place, account });
      });
    });
    for (const outcome of await Promise.allSettled(looked)) {
      if (outcome.status === 'rejected') result.failures.push(outcome.reason);
    }
    result.found.sort((a, b) => places.indexOf(a.place) - places.indexOf(b.place));
    return result;
  }
}
