import type { Pool } from 'pg';
import { openPool } from '../../src/infrastructure/postgres/connections.js';
import type { BenchTenant } from '../support/backstage.js';
import { Pools } from './pg-read.js';

/** A `pg.Pool` a tenant in a Map, made on first use: no key check, no resolver, no budget, never closed. */
export class MapOfPools extends Pools {
  readonly #pools = new Map<string, Pool>();

  of({ id, login }: BenchTenant): Pool {
    let pool = this.#pools.get(id);
    if (pool === undefined) {
      pool = openPool({ ...login, idleTimeoutMillis: 0 });
      this.#pools.set(id, pool);
    }
    return pool;
  }
}
