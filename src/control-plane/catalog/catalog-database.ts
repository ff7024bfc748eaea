import type { Pool, PoolClient, QueryResultRow } from 'pg';
import {
  DatabaseUnavailableError,
  isUnavailable,
} from '../../infrastructure/postgres/availability.js';
import type { DatabaseServer } from '../../infrastructure/postgres/database-server.js';
import { ensureDatabase } from '../../infrastructure/postgres/ensure-database.js';
import { migrate } from '../../infrastructure/postgres/migrate.js';
import { CATALOG_MIGRATIONS } from '../../../migrations/index.js';

/** Runs statements of one catalog transaction. */
export interface CatalogTransaction {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
}

const POOL_SIZE = 12;

/**
 * The control plane's own database. Created and migrated when missing, then one pool for everything
 * that speaks to the catalog: repositories, jobs and limits.
 */
export class CatalogDatabase implements CatalogTransaction {
  readonly pool: Pool;

  private constructor(server: DatabaseServer, database: string) {
    this.pool = server.openPool(database, {
      max: POOL_SIZE,
      idleTimeoutMillis: 30_000,
      allowExitOnIdle: true,
    });
  }

  /** @throws DatabaseUnavailableError | SchemaMismatchError */
  static async open(server: DatabaseServer, database: string): Promise<CatalogDatabase> {
    await ensureDatabase(server, database);
    await server.withConnection(database, (client) => migrate(client, CATALOG_MIGRATIONS));
    return new CatalogDatabase(server, database);
  }

  async query<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>(text, values)).rows;
    } catch (error) {
      throw translated(error);
    }
  }

  /** All statements of `work` or none. */
  async transaction<T>(work: (tx: CatalogTransaction) => Promise<T>): Promise<T> {
    let client: PoolClient;
    try {
      client = await this.pool.connect();
    } catch (error) {
      throw translated(error);
    }
    let broken = false;
    try {
      await client.query('BEGIN');
      const result = await work({
        query: async <Row extends QueryResultRow>(text: string, values: unknown[] = []) =>
          (await client.query<Row>(text, values)).rows,
      });
      await client.query('COMMIT');
      return result;
    } catch (error) {
      broken = isUnavailable(error);
      // A connection that cannot even roll back must not serve anybody else.
      await client.query('ROLLBACK').catch(() => (broken = true));
      throw translated(error);
    } finally {
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

function translated(error: unknown): unknown {
  return isUnavailable(error) ? new DatabaseUnavailableError(error) : error;
}
