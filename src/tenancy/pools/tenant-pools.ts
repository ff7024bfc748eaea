import type { Client } from 'pg';
import { ConnectionsExhaustedError, TenantDrainedError } from '../tenancy.errors.js';
import type { TenantRecord } from '../tenant-record.js';
import { isClean, type Lease, type PooledConnection } from './lease.js';
import { poolKey, TenantPool, type Waiter } from './tenant-pool.js';

export interface PoolLimits {
  /** Connections of all tenants together: the budget. */
  connections: number;
  connectionsPerTenant: number;
  waitMs: number;
  idleMs: number;
}

export interface PoolObserver {
  evicted?(): void;
  waited?(seconds: number): void;
}

export interface PoolStats {
  tenants: number;
  idle: number;
  leased: number;
  connecting: number;
  waiting: number;
  draining: number;
}

/** How many leases a contested connection may serve its own tenant before others get the slot. */
const TURNS = 16;

/** How long a tenant that has connections waits for one of them before another tenant's is evicted. */
const PATIENCE_MS = 20;

/**
 * All tenants' connections to one server under one budget.
 *
 * - A connection belongs to one tenant from its opening to its closing.
 * - When the budget is full, the connection idle for longest, of whichever tenant, is closed for
 *   the newcomer; a leased one never is.
 * - Tenants that wait for a slot stand in a ring and take turns, so one that floods waits behind
 *   its own requests and not the others behind it.
 */
export class TenantPools {
  readonly #pools = new Map<string, TenantPool>();
  /** Idle connections of all tenants, idle for longest first (a Map keeps insertion order). */
  readonly #idle = new Map<PooledConnection, TenantPool>();
  /** Pools that wait for a slot of the budget, in the order of their turns. */
  readonly #ring = new Set<TenantPool>();
  readonly #draining = new Set<TenantPool>();
  readonly #closing = new Set<Promise<void>>();
  readonly #sweeper: NodeJS.Timeout;
  #open = 0;
  #impatient: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly connect: (tenant: TenantRecord) => Promise<Client>,
    private readonly limits: PoolLimits,
    private readonly observer: PoolObserver = {},
  ) {
    const everyMs = Math.min(10_000, Math.max(50, limits.idleMs / 2));
    this.#sweeper = setInterval(() => this.#closeUnused(), everyMs).unref();
  }

  /**
   * Borrows a connection of this tenant.
   *
   * @param signal gives up waiting when aborted
   * @throws ConnectionsExhaustedError after `waitMs`
   * @throws TenantDrainedError when the tenant is drained meanwhile
   */
  acquire(tenant: TenantRecord, signal?: AbortSignal): Promise<Lease> {
    if (this.#closed) return Promise.reject(new TenantDrainedError());
    const pool = this.#poolOf(tenant);
    const connection = pool.idle.pop();
    if (connection !== undefined) {
      this.#idle.delete(connection);
      return Promise.resolve(this.#lend(pool, connection));
    }
    return this.#wait(pool, signal);
  }

  /**
   * Ends the tenant's connections: idle ones now, leased ones when they come back, waiters at once.
   * Resolves when none is left; leases still out after `forceAfterMs` are cut.
   */
  async drain(tenantId: string, forceAfterMs = 10_000): Promise<void> {
    const pools = [...this.#pools.values()].filter((pool) => pool.tenant.id === tenantId);
    await Promise.all(pools.map((pool) => this.#drainPool(pool, forceAfterMs)));
  }

  /**
   * Drains the tenant's pools at every other placement than this one (it was moved, or has a new login).
   * Who waits in one goes on waiting in a new one: a connection as the old login is as good, or is
   * refused and made as the new one (`TenantConnector`).
   */
  async drainStale(tenant: TenantRecord): Promise<void> {
    const key = poolKey(tenant);
    const stale = [...this.#pools.values()].filter(
      (pool) => pool.tenant.id === tenant.id && pool.key !== key,
    );
    await Promise.all(stale.map((pool) => this.#drainPool(pool, 60_000, 'move')));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweeper);
    clearTimeout(this.#impatient);
    await Promise.all([...this.#pools.values()].map((pool) => this.#drainPool(pool, 5_000)));
    await Promise.all(this.#closing);
  }

  stats(): PoolStats {
    const stats = { tenants: 0, idle: 0, leased: 0, connecting: 0, waiting: 0, draining: 0 };
    for (const pool of [...this.#pools.values(), ...this.#draining]) {
      stats.tenants += 1;
      stats.idle += pool.idle.length;
      stats.leased += pool.leased.size;
      stats.connecting += pool.connecting;
      stats.waiting += pool.waiting;
      if (pool.draining) stats.draining += 1;
    }
    return stats;
  }

  #poolOf(tenant: TenantRecord): TenantPool {
    const key = poolKey(tenant);
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      pool = new TenantPool(key, tenant);
      this.#pools.set(key, pool);
    }
    return pool;
  }

  #wait(pool: TenantPool, signal?: AbortSignal): Promise<Lease> {
    return new Promise<Lease>((resolve, reject) => {
      const settle = (): boolean => {
        if (waiter.settled) return false;
        waiter.settled = true;
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.observer.waited?.((performance.now() - waiter.since) / 1000);
        return true;
      };
      const waiter: Waiter = {
        settled: false,
        since: performance.now(),
        resolve: (lease) => void (settle() && resolve(lease)),
        reject: (error) => {
          if (!settle()) return;
          this.#forgetEmpty(pool);
          reject(error as Error);
        },
      };
      const abort = (): void => waiter.reject(signal?.reason);
      const timer = setTimeout(
        () => waiter.reject(new ConnectionsExhaustedError(this.limits.waitMs)),
        this.limits.waitMs,
      );
      if (signal?.aborted === true) return abort();
      signal?.addEventListener('abort', abort, { once: true });
      pool.enqueue(waiter);
      this.#grow(pool);
    });
  }

  /** Puts a pool whose waiters need another connection at the end of the ring, and serves the ring. */
  #grow(pool: TenantPool): void {
    if (this.#wants(pool)) this.#ring.add(pool);
    this.#serveRing();
  }

  #wants(pool: TenantPool): boolean {
    return (
      !pool.draining &&
      pool.waiting > pool.connecting &&
      pool.size < this.limits.connectionsPerTenant
    );
  }

  /** Gives slots, one a turn, to the tenants in the ring for as long as there are slots. */
  #serveRing(): void {
    for (const pool of this.#ring) {
      if (!this.#wants(pool)) {
        this.#ring.delete(pool);
        continue;
      }
      const slotFree = this.#takeSlot(pool);
      if (slotFree === undefined) continue;
      this.#ring.delete(pool);
      this.#openFor(pool, slotFree);
      if (this.#wants(pool)) this.#ring.add(pool);
    }
  }

  /** A slot of the budget: a free one, or that of the connection idle for longest once its backend is gone. */
  #takeSlot(pool: TenantPool): Promise<void> | undefined {
    if (this.#open < this.limits.connections) {
      this.#open += 1;
      return Promise.resolve();
    }
    if (!this.#mayEvict(pool)) return undefined;
    const [victim, owner] = this.#idle.entries().next().value ?? [];
    if (victim === undefined || owner === undefined) return undefined;
    this.#unidle(owner, victim);
    this.observer.evicted?.();
    return this.#end(victim).then(() => this.#forgetEmpty(owner));
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
      this.#serveRing();
    }, PATIENCE_MS);
    return false;
  }

  #openFor(pool: TenantPool, slotFree: Promise<void>): void {
    pool.connecting += 1;
    void slotFree
      .then(() => this.connect(pool.tenant))
      .then(
        (client) => this.#opened(pool, client),
        (error: unknown) => {
          pool.connecting -= 1;
          pool.dequeue()?.reject(error);
          this.#slotFreed(pool);
        },
      );
  }

  #opened(pool: TenantPool, client: Client): void {
    pool.connecting -= 1;
    const connection: PooledConnection = { client, idleSince: 0, turns: 0, broken: false };
    const lost = (): void => this.#lost(pool, connection);
    client.on('error', lost);
    client.on('end', lost);
    pool.leased.add(connection);
    this.#returned(pool, connection);
  }

  /** An idle connection died (server restart, terminated backend): forget it. A leased one is closed on return. */
  #lost(pool: TenantPool, connection: PooledConnection): void {
    connection.broken = true;
    if (this.#unidle(pool, connection)) this.#discard(pool, connection);
  }

  #unidle(pool: TenantPool, connection: PooledConnection): boolean {
    if (!this.#idle.delete(connection)) return false;
    pool.idle.splice(pool.idle.indexOf(connection), 1);
    return true;
  }

  #lend(pool: TenantPool, connection: PooledConnection): Lease {
    pool.leased.add(connection);
    let out = true;
    return {
      client: connection.client,
      release: (error) => {
        if (!out) throw new Error('A connection was given back twice.');
        out = false;
        if (error !== undefined || !isClean(connection.client)) connection.broken = true;
        this.#returned(pool, connection);
      },
    };
  }

  #returned(pool: TenantPool, connection: PooledConnection): void {
    pool.leased.delete(connection);
    if (connection.broken || pool.draining) return this.#discard(pool, connection);
    connection.turns = this.#isContested(pool) ? connection.turns + 1 : 0;
    if (connection.turns > TURNS) return this.#discard(pool, connection);
    const waiter = pool.dequeue();
    if (waiter !== undefined) return waiter.resolve(this.#lend(pool, connection));
    connection.idleSince = performance.now();
    pool.idle.push(connection);
    this.#idle.set(connection, pool);
    if (this.#ring.size > 0) this.#serveRing();
  }

  /** Whether a tenant without any connection waits for a slot. */
  #isContested(pool: TenantPool): boolean {
    for (const other of this.#ring) {
      if (other !== pool && other.size === 0 && other.waiting > 0) return true;
    }
    return false;
  }

  #discard(pool: TenantPool, connection: PooledConnection): void {
    void this.#end(connection).then(() => this.#slotFreed(pool));
  }

  #slotFreed(pool: TenantPool): void {
    this.#open -= 1;
    if (pool.draining && pool.size === 0) this.#finishDrain(pool);
    this.#grow(pool);
    this.#forgetEmpty(pool);
  }

  #end(connection: PooledConnection): Promise<void> {
    connection.broken = true;
    const ended = connection.client
      .end()
      .catch(() => undefined)
      .finally(() => this.#closing.delete(ended));
    this.#closing.add(ended);
    return ended;
  }

  #closeUnused(): void {
    const oldest = performance.now() - this.limits.idleMs;
    for (const [connection, pool] of this.#idle) {
      if (connection.idleSince >= oldest) break;
      this.#unidle(pool, connection);
      this.#discard(pool, connection);
    }
  }

  #forgetEmpty(pool: TenantPool): void {
    if (pool.size === 0 && pool.waiting === 0 && this.#pools.get(pool.key) === pool) {
      this.#pools.delete(pool.key);
      this.#ring.delete(pool);
    }
  }

  async #drainPool(
    pool: TenantPool,
    forceAfterMs: number,
    waiters: 'reject' | 'move' = 'reject',
  ): Promise<void> {
    pool.draining = true;
    if (this.#pools.get(pool.key) === pool) this.#pools.delete(pool.key);
    this.#ring.delete(pool);
    if (waiters === 'move') this.#moveWaiters(pool);
    for (let waiter = pool.dequeue(); waiter !== undefined; waiter = pool.dequeue()) {
      waiter.reject(new TenantDrainedError());
    }
    if (pool.size === 0) return;
    this.#draining.add(pool);
    const empty = new Promise<void>((resolve) => (pool.drained = resolve));
    for (const connection of pool.idle.splice(0)) {
      this.#idle.delete(connection);
      this.#discard(pool, connection);
    }
    // Cutting the socket fails the statement; its borrower gives the lease back and the count comes right.
    const force = setTimeout(() => pool.leased.forEach((it) => void this.#end(it)), forceAfterMs);
    await empty;
    clearTimeout(force);
  }

  #moveWaiters(pool: TenantPool): void {
    if (pool.waiting === 0) return;
    const next = this.#poolOf(pool.tenant);
    for (let waiter = pool.dequeue(); waiter !== undefined; waiter = pool.dequeue()) {
      next.enqueue(waiter);
    }
    this.#grow(next);
  }

  #finishDrain(pool: TenantPool): void {
    this.#draining.delete(pool);
    pool.drained?.();
  }
}
