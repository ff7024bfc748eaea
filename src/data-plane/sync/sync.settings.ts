/** How runs are cut up. Tests give others. */
export interface SyncPace {
  /** Work after which a run gives its place back, ms: others wait for it. */
  turnMs: number;
  /** Between two savings of a slice's progress, ms; longer where saving is slow. */
  saveEveryMs: number;
  /** Runs at once in this process. */
  slots: number;
  /** Of these, for one tenant. */
  slotsPerTenant: number;
  /**
   * Streams of one integration read side by side, at most; and never more than its provider allows calls at
   * once. Each holds the sums of a slice in memory.
   */
  lanes: number;
  /** A worker not heard of for this long is taken for dead. */
  leaseMs: number;
  /** Series of one slice told apart. */
  maxSeries: number;
  now: () => number;
}

export class SyncSettings implements SyncPace {
  turnMs = 30_000;
  saveEveryMs = 2_000;
  slots = 8;
  slotsPerTenant = 3;
  lanes = 4;
  leaseMs = 30_000;
  maxSeries = 5_000;
  now: () => number = Date.now;

  constructor(other: Partial<SyncPace> = {}) {
    Object.assign(this, other);
  }
}
