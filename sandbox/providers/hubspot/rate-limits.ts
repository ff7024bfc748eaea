import { type LimitPolicy, rateLimited } from './answers.js';

const BURST_WINDOW_MS = 10_000;
const SEARCH_WINDOW_MS = 1_000;

/** How many requests an account may be asked; null is without limit. */
export interface HubSpotLimits {
  /** In any ten seconds, search apart. */
  burst: number | null;
  /** Searches in any second. */
  search: number | null;
}

export const USUAL_LIMITS: HubSpotLimits = { burst: 110, search: 5 };

/** Counts requests per account, by the clock on the wall: limits do not wait for a clock that is held still. */
export class RateLimits {
  readonly #bursts = new Map<number, number[]>();
  readonly #searches = new Map<number, number[]>();

  constructor(private readonly clock: () => number = () => performance.now()) {}

  /** Headers for the answer. @throws Refusal 429; a refused request counts for nothing */
  take(account: number, search: boolean, limits: HubSpotLimits): Record<string, string> {
    if (search) {
      this.#take(this.#searches, account, SEARCH_WINDOW_MS, limits.search, 'SECONDLY');
      return {};
    }
    const { burst } = limits;
    const used = this.#take(this.#bursts, account, BURST_WINDOW_MS, burst, 'TEN_SECONDLY_ROLLING');
    return burst === null ? {} : burstHeaders(burst, burst - used);
  }

  #take(
    taken: Map<number, number[]>,
    account: number,
    windowMs: number,
    most: number | null,
    policy: LimitPolicy,
  ): number {
    const now = this.clock();
    const recent = (taken.get(account) ?? []).filter((at) => at > now - windowMs);
    if (most !== null && recent.length >= most) {
      taken.set(account, recent);
      throw rateLimited(policy, policy === 'SECONDLY' ? {} : burstHeaders(most, 0));
    }
    recent.push(now);
    taken.set(account, recent);
    return recent.length;
  }
}

function burstHeaders(most: number, remaining: number): Record<string, string> {
  return {
    'X-HubSpot-RateLimit-Max': String(most),
    'X-HubSpot-RateLimit-Remaining': String(remaining),
    'X-HubSpot-RateLimit-Interval-Milliseconds': String(BURST_WINDOW_MS),
  };
}
