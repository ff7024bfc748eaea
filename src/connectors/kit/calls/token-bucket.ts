/** A bucket that fills with time. Holds no timer; who waits asks how long. */
export class TokenBucket {
  #tokens: number;
  #at: number;
  /** Slower than usual until then, by the provider's own count. */
  #slow: { perMs: number; untilMs: number } | null = null;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    nowMs: number,
  ) {
    this.#tokens = Math.max(1, burst);
    this.#at = nowMs;
  }

  /** Milliseconds until one token is there; 0: now. */
  waitMs(nowMs: number): number {
    this.#fill(nowMs);
    // A sum of fractions misses a whole token by a hair.
    if (this.#tokens >= 1 - 1e-9) return 0;
    const missing = 1 - this.#tokens;
    const slow = this.#slow;
    if (slow === null) return Math.ceil(missing / (this.perSecond / 1_000));
    return Math.ceil(Math.min(missing / slow.perMs, slow.untilMs - nowMs));
  }

  take(): void {
    this.#tokens -= 1;
  }

  /** What is left by the provider's count; spread evenly over the time until the count begins anew. */
  left(calls: number, resetMs: number | undefined, nowMs: number): void {
    this.#fill(nowMs);
    this.#tokens = Math.min(this.#tokens, Math.max(0, calls));
    if (resetMs === undefined || resetMs <= 0) return;
    const perMs = Math.max(0, calls) / resetMs;
    // Many left: the usual pace is the slower one.
    this.#slow =
      perMs < this.perSecond / 1_000
        ? { perMs: Math.max(perMs, 1e-9), untilMs: nowMs + resetMs }
        : null;
  }

  #fill(nowMs: number): void {
    if (this.#slow !== null && nowMs >= this.#slow.untilMs) {
      this.#slow = null;
      // The provider counts anew, whatever was left.
      this.#tokens = Math.max(this.#tokens, 1);
    }
    const perMs = this.#slow?.perMs ?? this.perSecond / 1_000;
    const grown = this.#tokens + Math.max(0, nowMs - this.#at) * perMs;
    this.#tokens = Math.min(Math.max(1, this.burst), grown);
    this.#at = nowMs;
  }
}
