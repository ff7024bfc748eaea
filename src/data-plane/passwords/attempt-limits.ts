/** Counts under a key, in windows of its own; `DurableLimiter` is one. */
export interface AttemptLimiter {
  /** Counts one. Not allowed once the window's limit is used up. */
  consume(key: string): Promise<{ allowed: boolean; retryAfterMs: number }>;
  /** Takes one count back. */
  reward(key: string): Promise<unknown>;
}

/** How many wrong passwords an account, and a network address, may cost before it must wait. */
export class AttemptLimits {
  constructor(
    readonly byAccount: AttemptLimiter,
    readonly byAddress: AttemptLimiter,
  ) {}
}
