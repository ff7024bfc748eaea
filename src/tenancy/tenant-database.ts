import type { Client, QueryConfig, QueryResultRow } from 'pg';
import {
  DatabaseUnavailableError,
  isConnectionLost,
  isUnavailable,
} from '../infrastructure/postgres/availability.js';
import { hasSqlstate, SQLSTATE } from '../infrastructure/postgres/sqlstate.js';
import type { Lease } from './pools/lease.js';
import type { TenantPools } from './pools/tenant-pools.js';
import { isNameRefusal, StatementNames } from './statement-names.js';
import { StorageFullError } from './tenancy.errors.js';
import type { Tenancy } from './tenancy.js';
import { isFull } from './tenant-record.js';

/** A statement with its values; `name` makes it a prepared one, parsed once a connection. */
export type Statement = QueryConfig<unknown[]>;

/** Runs statements on one connection. */
export interface Queryable {
  query<Row extends QueryResultRow>(statement: Statement): Promise<Row[]>;
}

/**
 * The database of the tenant in context: the only door to tenants' rows. There is no way to name
 * another tenant here, and without one in context every call throws NoTenantError.
 */
export class TenantDatabase implements Queryable {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly pools: TenantPools,
    private readonly names = new StatementNames(true),
  ) {}

  /** One statement on a connection of its own, committed by itself. */
  async query<Row extends QueryResultRow>(statement: Statement): Promise<Row[]> {
    const { tenant } = this.tenancy.current();
    const chosen = this.names.choose(tenant.id, statement);
    try {
      return await this.#queryOnce<Row>(chosen);
    } catch (error) {
      if (chosen.name === undefined || !this.names.wasRefused(tenant.id, error)) throw error;
      // A statement that failed has done nothing, so it may be said again in another way.
      return this.#queryOnce<Row>(this.names.choose(tenant.id, statement));
    }
  }

  /** All statements of `work` or none. A failure of `work` rolls back and is rethrown. */
  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const { tenant } = this.tenancy.current();
    const lease = await this.#lease();
    try {
      await lease.client.query('BEGIN');
      const result = await work(this.#queryableOf(tenant.id, lease.client));
      await lease.client.query('COMMIT');
      lease.release();
      return result;
    } catch (error) {
      const rolledBack = await lease.client.query('ROLLBACK').then(
        () => true,
        () => false,
      );
      if (!this.names.wasRefused(tenant.id, error)) {
        throw this.#refused(giveBack(lease, error, rolledBack));
      }
      // Nothing of it was done, but `work` may have done other things too: whoever called tries again.
      lease.release(error);
      throw new DatabaseUnavailableError(error);
    }
  }

  async #queryOnce<Row extends QueryResultRow>(statement: Statement): Promise<Row[]> {
    const lease = await this.#lease();
    try {
      const { rows } = await lease.client.query<Row>(statement);
      lease.release();
      return rows;
    } catch (error) {
      throw this.#refused(giveBack(lease, error, !isNameRefusal(error)));
    }
  }

  #queryableOf(tenantId: string, client: Client): Queryable {
    return {
      query: async <Row extends QueryResultRow>(statement: Statement) =>
        (await client.query<Row>(this.names.choose(tenantId, statement))).rows,
    };
  }

  /** Who is far over what it may store has a role that may add nothing. */
  #refused(error: unknown): unknown {
    const { tenant } = this.tenancy.current();
    const isWhy = isFull(tenant) && hasSqlstate(error, SQLSTATE.insufficientPrivilege);
    return isWhy ? new StorageFullError(tenant.id) : error;
  }

  #lease(): Promise<Lease> {
    return this.pools.acquire(this.tenancy.current().tenant);
  }
}

/** Returns the lease, closing its connection when that is in doubt, and gives the error to throw. */
function giveBack(lease: Lease, error: unknown, isSound = true): unknown {
  lease.release(isSound && !isConnectionLost(error) ? undefined : error);
  return isUnavailable(error) ? new DatabaseUnavailableError(error) : error;
}
