import type { PooledConnection } from './lease.js';
import type { TenantPool } from './tenant-pool.js';

/** Idle connections: of all tenants idle for longest first, and of each in its pool. Kept in step here alone. */
export class IdleConnections {
  /** A Map keeps insertion order. */
  readonly #all = new Map<PooledConnection, TenantPool>();

  add(pool: TenantPool, connection: PooledConnection): void {
    connection.idleSince = performance.now();
    pool.idle.push(connection);
    this.#all.set(connection, pool);
  }

  /** The pool's own that was used last: its backend is the warmest. */
  takeLatest(pool: TenantPool): PooledConnection | undefined {
    const connection = pool.idle.pop();
    if (connection !== undefined) this.#all.delete(connection);
    return connection;
  }

  /** Whoever's is idle for longest, unless that began after `since` (ms, as `performance.now()`). */
  takeOldest(since = Infinity): { connection: PooledConnection; owner: TenantPool } | undefined {
    const [connection, owner] = this.#all.entries().next().value ?? [];
    if (connection === undefined || owner === undefined) return undefined;
    if (connection.idleSince >= since) return undefined;
    this.remove(owner, connection);
    return { connection, owner };
  }

  takeAll(pool: TenantPool): PooledConnection[] {
    const connections = pool.idle.splice(0);
    for (const connection of connections) this.#all.delete(connection);
    return connections;
  }

  /** False where it is not idle. */
  remove(pool: TenantPool, connection: PooledConnection): boolean {
    if (!this.#all.delete(connection)) return false;
    pool.idle.splice(pool.idle.indexOf(connection), 1);
    return true;
  }
}
