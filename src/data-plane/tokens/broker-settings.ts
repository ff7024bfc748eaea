/** Where a worker that refreshes can be cut off; tests stop it there. */
export type RefreshPoint = 'marked' | 'answered' | 'stored' | 'advanced';

/** How long the broker's parts wait. In milliseconds. */
export class BrokerSettings {
  /** One call of a token URL, from its first act to the last byte. */
  readonly callMs: number;
  /**
   * How long nobody else refreshes. Longer than two calls and a write to the secret store: a worker that
   * is slower than that is taken for dead.
   */
  readonly leaseMs: number;
  /** How long one waits for a refresh of another's, at most. */
  readonly waitMs: number;
  /** Between two looks at it, about. */
  readonly pollMs: number;
  /** After a first failure nobody tries again for about as long; after more, for longer. */
  readonly restMs: number;
  readonly reached: (point: RefreshPoint, integrationId: string) => Promise<void> | void;

  constructor(options: Partial<BrokerSettings> = {}) {
    this.callMs = options.callMs ?? 15_000;
    this.leaseMs = options.leaseMs ?? 45_000;
    this.waitMs = options.waitMs ?? 50_000;
    this.pollMs = options.pollMs ?? 150;
    this.restMs = options.restMs ?? 5_000;
    this.reached = options.reached ?? (() => undefined);
  }
}
