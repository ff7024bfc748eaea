import { TokenBuckets } from '../../infrastructure/rate-limit/token-buckets.js';

/** A budget of requests for each key. */
export type RateLimit = Pick<TokenBuckets, 'take'>;

/** So many requests a second for each key, and twice that at once after a quiet second. */
export function perSecond(requests: number): RateLimit {
  return new TokenBuckets({ ratePerSecond: requests, burst: 2 * requests });
}
