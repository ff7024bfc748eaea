/** Counts under a key, in windows of its own; `DurableLimiter` is one. */
export interface AttemptLimiter {
  /** Counts one. Not allowed once the window's limit is used up. */
  consume(key: string): Promise<{ allowed: boolean; retryAfterMs: number }>;
  /** Takes one count back. */
  reward(key: string): Promise<unknown>;
}

/** How many wrong passwords are let through before whoever sends them must wait. */
export class AttemptLimits {
  constructor(
    /** For one account from one network, or from one browser that is known. */
    readonly byAccount: AttemptLimiter,
    /** For all accounts from one network. */
    readonly byAddress: AttemptLimiter,
    /** For one account from all networks together, known browsers left out. */
    readonly everywhere: AttemptLimiter,
  ) {}
}
