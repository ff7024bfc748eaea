import type { Client } from 'pg';
import { TenantDrainedError } from '../tenancy.errors.js';
import type { TenantRecord } from '../tenant-record.js';
import { IdleConnections } from './idle-connections.js';
import { isClean, type Lease, type PooledConnection } from './lease.js';
import { type SlotLimits, SlotRing } from './slot-ring.js';
import { poolKey, TenantPool } from './tenant-pool.js';
import { waitInLine } from './wait-in-line.js';

export interface PoolLimits extends SlotLimits {
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

/**
 * All tenants' connections to one server under one budget.
 *
 * - A connection belongs to one tenant from its opening to its closing.
 * - When the budget is full, the connection idle for longest, of whichever tenant, is closed for
 *   the newcomer; a leased one never is.
 * - Tenants that wait for a slot take turns (`SlotRing`).
 */
export class TenantPools {
  readonly #pools = new Map<string, TenantPool>();
  readonly #idle = new IdleConnections();
  readonly #ring: SlotRing;
  readonly #draining = new Set<TenantPool>();
  readonly #closing = new Set<Promise<void>>();
  readonly #sweeper: NodeJS.Timeout;
  #closed = false;

  constructor(
    private readonly connect: (tenant: TenantRecord) => Promise<Client>,
    private readonly limits: PoolLimits,
    private readonly observer: PoolObserver = {},
  ) {
    this.#ring = new SlotRing(limits, {
      evict: () => this.#evict(),
      open: (pool, slotFree) => this.#openFor(pool, slotFree),
    });
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
    const connection = this.#idle.takeLatest(pool);
    if (connection !== undefined) return Promise.resolve(this.#lend(pool, connection));
    return waitInLine({
      waitMs: this.limits.waitMs,
      signal,
      enqueue: (waiter) => {
        pool.enqueue(waiter);
        this.#ring.grow(pool);
      },
      left: () => this.#forgetEmpty(pool),
      waited: (seconds) => this.observer.waited?.(seconds),
    });
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
    this.#ring.stop();
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

  #evict(): Promise<void> | undefined {
    const oldest = this.#idle.takeOldest();
    if (oldest === undefined) return undefined;
    this.observer.evicted?.();
    return this.#end(oldest.connection).then(() => this.#forgetEmpty(oldest.owner));
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
    if (this.#idle.remove(pool, connection)) this.#discard(pool, connection);
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
    connection.turns = this.#ring.isContested(pool) ? connection.turns + 1 : 0;
    if (connection.turns > TURNS) return this.#discard(pool, connection);
    const waiter = pool.dequeue();
    if (waiter !== undefined) return waiter.resolve(this.#lend(pool, connection));
    this.#idle.add(pool, connection);
    this.#ring.serve();
  }

  #discard(pool: TenantPool, connection: PooledConnection): void {
    void this.#end(connection).then(() => this.#slotFreed(pool));
  }

  #slotFreed(pool: TenantPool): void {
    this.#ring.giveBack();
    if (pool.draining && pool.size === 0) this.#finishDrain(pool);
    this.#ring.grow(pool);
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
    for (
      let unused = this.#idle.takeOldest(oldest);
      unused !== undefined;
      unused = this.#idle.takeOldest(oldest)
    ) {
      this.#discard(unused.owner, unused.connection);
    }
  }

  #forgetEmpty(pool: TenantPool): void {
    if (pool.size === 0 && pool.waiting === 0 && this.#pools.get(pool.key) === pool) {
      this.#pools.delete(pool.key);
      this.#ring.leave(pool);
    }
  }

  async #drainPool(
    pool: TenantPool,
    forceAfterMs: number,
    waiters: 'reject' | 'move' = 'reject',
  ): Promise<void> {
    pool.draining = true;
    if (this.#pools.get(pool.key) === pool) this.#pools.delete(pool.key);
    this.#ring.leave(pool);
    if (waiters === 'move') this.#moveWaiters(pool);
    for (let waiter = pool.dequeue(); waiter !== undefined; waiter = pool.dequeue()) {
      waiter.reject(new TenantDrainedError());
    }
    if (pool.size === 0) return;
    this.#draining.add(pool);
    const empty = new Promise<void>((resolve) => (pool.drained = resolve));
    for (const connection of this.#idle.takeAll(pool)) this.#discard(pool, connection);
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
    this.#ring.grow(next);
  }

  #finishDrain(pool: TenantPool): void {
    this.#draining.delete(pool);
    pool.drained?.();
  }
}
