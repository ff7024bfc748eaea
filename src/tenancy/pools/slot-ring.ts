import type { TenantPool } from './tenant-pool.js';

export interface SlotLimits {
  /** Connections of all tenants together: the budget. */
  connections: number;
  connectionsPerTenant: number;
}

/** What is done with a slot; the ring only says whose turn it is. */
export interface SlotUse {
  /** Closes the connection idle for longest; undefined where none is. Resolves when its backend is gone. */
  evict(): Promise<void> | undefined;
  /** Opens a connection in a slot that is the pool's from now on, as soon as `slotFree` resolves. */
  open(pool: TenantPool, slotFree: Promise<void>): void;
}

/** How long a tenant that has connections waits for one of them before another tenant's is evicted. */
const PATIENCE_MS = 20;

/**
 * The slots of the budget, and the pools that wait for one in the order of their turns: one slot a turn,
 * so that a tenant that floods waits behind its own requests and not the others behind it.
 */
export class SlotRing {
  readonly #ring = new Set<TenantPool>();
  #taken = 0;
  #impatient: NodeJS.Timeout | undefined;

  constructor(
    private readonly limits: SlotLimits,
    private readonly use: SlotUse,
  ) {}

  /** Puts a pool whose waiters need another connection at the end of the ring, and serves the ring. */
  grow(pool: TenantPool): void {
    if (this.#wants(pool)) this.#ring.add(pool);
    this.serve();
  }

  /** Gives slots, one a turn, to the tenants in the ring for as long as there are slots. */
  serve(): void {
    for (const pool of this.#ring) {
      if (!this.#wants(pool)) {
        this.#ring.delete(pool);
        continue;
      }
      const slotFree = this.#takeSlot(pool);
      if (slotFree === undefined) continue;
      this.#ring.delete(pool);
      this.use.open(pool, slotFree);
      if (this.#wants(pool)) this.#ring.add(pool);
    }
  }

  /** A connection was closed for good, and nobody was given its slot. The ring is not served. */
  giveBack(): void {
    this.#taken -= 1;
  }

  leave(pool: TenantPool): void {
    this.#ring.delete(pool);
  }

  /** Whether a tenant other than this one waits for a slot without any connection. */
  isContested(pool: TenantPool): boolean {
    for (const other of this.#ring) {
      if (other !== pool && other.size === 0 && other.waiting > 0) return true;
    }
    return false;
  }

  stop(): void {
    clearTimeout(this.#impatient);
  }

  #wants(pool: TenantPool): boolean {
    return (
      !pool.draining &&
      pool.waiting > pool.connecting &&
      pool.size < this.limits.connectionsPerTenant
    );
  }

  /** A slot of the budget: a free one, or that of the connection idle for longest once its backend is gone. */
  #takeSlot(pool: TenantPool): Promise<void> | undefined {
    if (this.#taken < this.limits.connections) {
      this.#taken += 1;
      return Promise.resolve();
    }
    return this.#mayEvict(pool) ? this.use.evict() : undefined;
  }

  /**
   * Whether somebody else's idle connection is closed for this tenant. One that has connections of its
   * own first waits for them a little: a statement takes less time than a connect, and evicting for
   * every coincidence of two requests would empty everybody's pool (an eviction storm).
   */
  #mayEvict(pool: TenantPool): boolean {
    if (pool.size === 0 || pool.waitedMs() >= PATIENCE_MS) return true;
    this.#impatient ??= setTimeout(() => {
      this.#impatient = undefined;
      this.serve();
    }, PATIENCE_MS);
    return false;
  }
}
