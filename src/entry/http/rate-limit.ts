/** A budget of requests for each key; the token buckets of `src/infrastructure/rate-limit` are one. */
export interface RateLimit {
  take(key: string): { allowed: boolean; retryAfterMs: number };
}
