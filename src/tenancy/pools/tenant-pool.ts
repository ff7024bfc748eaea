import type { TenantRecord } from '../tenant-record.js';
import type { Lease, PooledConnection } from './lease.js';

export interface Waiter {
  resolve(lease: Lease): void;
  reject(error: unknown): void;
  settled: boolean;
  since: number;
}

/** The connections of one tenant at one placement, and who waits for them. Plain state; the rules are in `tenant-pools.ts` and `slot-ring.ts`. */
export class TenantPool {
  /** Most recently used last, so that the oldest can be closed from the front. */
  readonly idle: PooledConnection[] = [];
  readonly #waiters: Waiter[] = [];
  #head = 0;
  readonly leased = new Set<PooledConnection>();
  connecting = 0;
  draining = false;
  drained: (() => void) | undefined;

  constructor(
    readonly key: string,
    readonly tenant: TenantRecord,
  ) {}

  get size(): number {
    return this.idle.length + this.leased.size + this.connecting;
  }

  get waiting(): number {
    this.#skipSettled();
    return this.#waiters.length - this.#head;
  }

  /** How long the one at the front has been waiting; 0 when nobody waits. */
  waitedMs(): number {
    this.#skipSettled();
    const first = this.#waiters[this.#head];
    return first === undefined ? 0 : performance.now() - first.since;
  }

  enqueue(waiter: Waiter): void {
    this.#waiters.push(waiter);
  }

  /** The one who waits longest, or undefined. */
  dequeue(): Waiter | undefined {
    this.#skipSettled();
    const waiter = this.#waiters[this.#head];
    if (waiter !== undefined) this.#head += 1;
    if (this.#head > 64 && this.#head * 2 > this.#waiters.length) {
      this.#waiters.splice(0, this.#head);
      this.#head = 0;
    }
    return waiter;
  }

  #skipSettled(): void {
    while (this.#waiters[this.#head]?.settled === true) this.#head += 1;
  }
}

/** A moved tenant, or one with new roles, gets a new pool while the old one drains. */
export function poolKey(tenant: TenantRecord): string {
  const place = tenant.placement;
  return place === null
    ? tenant.id
    : `${tenant.id} ${place.serverId} ${place.database} ${place.schema} ${place.loginRole}`;
}
