import type { Pool } from 'pg';
import { openPool } from '../../src/infrastructure/postgres/connections.js';
import type { BenchTenant } from '../support/backstage.js';
import { answerCalls } from '../support/child.js';
import { pgReadModule, Pools } from './pg-read.js';
import { serve } from './serve.js';

const CONNECTIONS = 20;

/** One pool into one tenant's database, whoever asks: what an application without tenants would do. */
class FixedPool extends Pools {
  #pool: Pool | undefined;

  of({ login }: BenchTenant): Pool {
    return (this.#pool ??= openPool({ ...login, max: CONNECTIONS, idleTimeoutMillis: 0 }));
  }
}

answerCalls({
  start: (tenants: BenchTenant[]) => serve(pgReadModule(tenants, new FixedPool())),
});
