import type { LimitFacts } from '../facts.js';
import type { BudgetNews } from '../provider-client.js';
import { pathMatches } from './path-pattern.js';
import { TokenBucket } from './token-bucket.js';

/** The account must be left alone for longer than the caller would wait at the head of the line. */
export class BudgetPaused extends Error {
  constructor(readonly waitMs: number) {
    super('The account is paused.');
  }
}

interface Waiter {
  buckets: readonly TokenBucket[];
  patienceMs: number;
  go(): void;
  give(error: BudgetPaused): void;
}

/**
 * What may be asked of one account, shared by all who ask: token buckets for the account and for
 * some paths, a number of calls at once, and pauses. Who comes first goes first, except past one
 * who waits for a stricter path's own bucket.
 */
export class AccountBudget {
  readonly #account: TokenBucket;
  readonly #paths: readonly { path: string; bucket: TokenBucket }[];
  readonly #line: Waiter[] = [];
  #running = 0;
  #pausedUntilMs = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly limits: LimitFacts,
    private readonly now: () => number = () => performance.now(),
  ) {
    const at = now();
    this.#account = new TokenBucket(limits.account.perSecond, limits.account.burst, at);
    this.#paths = limits.paths.map(({ path, perSecond, burst }) => ({
      path,
      bucket: new TokenBucket(perSecond, burst, at),
    }));
  }

  /**
   * Waits for a turn and runs the call in it.
   *
   * @param options.patienceMs a pause, or a wait for one token, that lasts longer is not waited for;
   *   the time that the line before takes does not count
   * @throws BudgetPaused | the signal's reason
   */
  async run<T>(
    call: () => Promise<T>,
    options: { path: string; patienceMs: number; signal?: AbortSignal },
  ): Promise<T> {
    await this.#turn(options.path, options.patienceMs, options.signal);
    try {
      return await call();
    } finally {
      this.#running -= 1;
      this.#pump();
    }
  }

  /** What an answer said about limits; all who wait are held by it. */
  tell(news: BudgetNews): void {
    const now = this.now();
    if (news.remaining !== undefined && Number.isFinite(news.remaining)) {
      this.#account.left(news.remaining, news.resetMs, now);
    }
    if (news.pauseMs !== undefined && news.pauseMs > 0) {
      this.#pausedUntilMs = Math.max(this.#pausedUntilMs, now + news.pauseMs);
    }
    this.#pump();
  }

  /** Nobody calls and nobody waits. */
  get idle(): boolean {
    return this.#running === 0 && this.#line.length === 0;
  }

  #turn(path: string, patienceMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const buckets = this.#paths
        .filter((limit) => pathMatches(limit.path, path))
        .map(({ bucket }) => bucket);
      const leave = (): void => {
        this.#line.splice(this.#line.indexOf(waiter), 1);
        reject(signal?.reason as Error);
        this.#pump();
      };
      const waiter: Waiter = {
        buckets,
        patienceMs,
        go: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
        give: (error) => {
          signal?.removeEventListener('abort', leave);
          reject(error);
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#line.push(waiter);
      this.#pump();
    });
  }

  /** Lets go whoever may go now, and comes back when the next one may. */
  #pump(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const now = this.now();
    const pauseMs = this.#pausedUntilMs - now;
    if (pauseMs > 0) return this.#hold(pauseMs);
    let waitMs = Infinity;
    const held = new Set<TokenBucket>();
    const inLine = [...this.#line];
    for (const waiter of inLine) {
      if (this.#running >= this.limits.concurrent) break;
      const accountMs = this.#account.waitMs(now);
      if (accountMs > 0) return this.#hold(accountMs);
      const pathMs = Math.max(0, ...waiter.buckets.map((bucket) => bucket.waitMs(now)));
      if (pathMs === 0 && !waiter.buckets.some((bucket) => held.has(bucket))) {
        this.#letGo(waiter);
      } else if (pathMs > waiter.patienceMs) {
        this.#giveUp(waiter, pathMs);
      } else {
        // Its place in its own bucket's line is kept.
        for (const bucket of waiter.buckets) held.add(bucket);
        if (pathMs > 0) waitMs = Math.min(waitMs, pathMs);
      }
    }
    this.#wakeIn(waitMs);
  }

  #letGo(waiter: Waiter): void {
    this.#line.splice(this.#line.indexOf(waiter), 1);
    this.#account.take();
    for (const bucket of waiter.buckets) bucket.take();
    this.#running += 1;
    waiter.go();
  }

  /** Nobody goes for this long; who would not wait so long leaves. */
  #hold(waitMs: number): void {
    for (const waiter of this.#line.filter(({ patienceMs }) => waitMs > patienceMs)) {
      this.#giveUp(waiter, waitMs);
    }
    if (this.#line.length > 0) this.#wakeIn(waitMs);
  }

  #giveUp(waiter: Waiter, waitMs: number): void {
    this.#line.splice(this.#line.indexOf(waiter), 1);
    waiter.give(new BudgetPaused(Math.ceil(waitMs)));
  }

  #wakeIn(waitMs: number): void {
    if (!Number.isFinite(waitMs)) return;
    this.#timer = setTimeout(() => this.#pump(), Math.min(Math.max(1, Math.ceil(waitMs)), 60_000));
  }
}
