import { Injectable, Logger } from '@nestjs/common';
import { type AttemptLimiter, AttemptLimits } from './attempt-limits.js';
import { networkOf } from '../../infrastructure/rate-limit/network-of.js';
import { LoginThrottledError } from './password.errors.js';

/** Whose password is guessed, and from where. */
export interface Attempt {
  /** An e-mail address or an id: all ways of guessing at it share one count. */
  account: string;
  address?: string;
}

/**
 * Limits wrong passwords. An attempt is counted before the password is looked at, or guesses made
 * at the same moment would all slip by, and given back unless the password was wrong.
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
    const wanted: Counted[] = [{ limiter: this.limits.byAccount, key: `password ${account}` }];
    if (address !== undefined) {
      wanted.push({ limiter: this.limits.byAddress, key: `password ${networkOf(address)}` });
    }
    const counted: Counted[] = [];
    for (const one of wanted) {
      const { allowed, retryAfterMs } = await one.limiter.consume(one.key);
      if (!allowed) {
        await this.#giveBack(counted);
        throw new LoginThrottledError(retryAfterMs);
      }
      counted.push(one);
    }
    return counted;
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
