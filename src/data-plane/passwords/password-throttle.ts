import { Injectable, Logger } from '@nestjs/common';
import { type AttemptLimiter, AttemptLimits } from './attempt-limits.js';
import { networkOf } from '../../infrastructure/rate-limit/network-of.js';
import { LoginThrottledError } from './password.errors.js';

/** Whose password is guessed, and from where. */
export interface Attempt {
  /** An e-mail address or an id: all ways of guessing at it share one count. */
  account: string;
  /** Of a stranger's; left out of one who has proved something already: a session, a key, a known browser. */
  address?: string;
}

/**
 * Limits wrong passwords. A stranger uses up the guesses of the own network at one account, then those of
 * that network at all; only many networks together use up those of the account, and then known browsers
 * still have theirs (`KnownBrowsers`). So one stranger locks nobody else out, and a thousand are bounded.
 *
 * An attempt is counted before the password is looked at, or guesses made at the same moment would all slip
 * by, and given back unless the password was wrong.
 */
@Injectable()
export class PasswordThrottle {
  readonly #logger = new Logger(PasswordThrottle.name);

  constructor(private readonly limits: AttemptLimits) {}

  /**
   * @param work gives null for a wrong password
   * @throws LoginThrottledError
   */
  async guard<T>(attempt: Attempt, work: () => Promise<T | null>): Promise<T | null> {
    const counted = await this.#count(attempt);
    let wrong = false;
    try {
      const result = await work();
      wrong = result === null;
      return result;
    } finally {
      if (!wrong) await this.#giveBack(counted);
    }
  }

  async #count({ account, address }: Attempt): Promise<Counted[]> {
    const counted: Counted[] = [];
    for (const one of this.#budgets(account, address)) {
      const { allowed, retryAfterMs } = await one.limiter.consume(one.key);
      if (!allowed) {
        await this.#giveBack(counted);
        throw new LoginThrottledError(retryAfterMs);
      }
      counted.push(one);
    }
    return counted;
  }

  #budgets(account: string, address: string | undefined): Counted[] {
    const { byAccount, byAddress, everywhere } = this.limits;
    if (address === undefined) return [{ limiter: byAccount, key: `password ${account}` }];
    const network = networkOf(address);
    return [
      { limiter: byAddress, key: `password ${network}` },
      { limiter: byAccount, key: `password ${account} from ${network}` },
      { limiter: everywhere, key: `password ${account}` },
    ];
  }

  async #giveBack(counted: Counted[]): Promise<void> {
    const back = counted.map(({ limiter, key }) => limiter.reward(key));
    for (const outcome of await Promise.allSettled(back)) {
      // A count too many is no reason to turn away whoever gave the right password.
      if (outcome.status === 'rejected')
        this.#logger.warn('A count was not given back', outcome.reason);
    }
  }
}

interface Counted {
  limiter: AttemptLimiter;
  key: string;
}
