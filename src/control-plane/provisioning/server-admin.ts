import type { Client, Pool, PoolClient } from 'pg';
import {
  DatabaseUnavailableError,
  isUnavailable,
} from '../../infrastructure/postgres/availability.js';
import type { DatabaseServer } from '../../infrastructure/postgres/database-server.js';
import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import { resetStatisticsOfDropped } from '../../infrastructure/postgres/statement-statistics.js';
import { hasSqlstate } from '../../infrastructure/postgres/sqlstate.js';

const POOL_SIZE = 6;

/**
 * Where databases, schemas and roles are made and dropped: control connections to the server's
 * maintenance database, and short ones into a single database. Statements here name objects, so
 * every name goes through `sqlIdentifier`.
 */
export class ServerAdmin {
  readonly #pool: Pool;

  constructor(
    readonly server: DatabaseServer,
    /** A role that may end tenants' sessions; see `server-roles.ts`. */
    readonly wardenRole: string,
  ) {
    // What these statements make or drop is told to nobody before a later, flushed commit of the
    // catalog, which lies on this server and so in the same log. A second server would end that.
    this.#pool = server.openUnflushedPool(server.maintenanceDatabase, {
      max: POOL_SIZE,
      idleTimeoutMillis: 30_000,
      allowExitOnIdle: true,
    });
  }

  /**
   * Runs statements as one implicit transaction (a single one where it cannot be in a transaction).
   *
   * @param done SQLSTATEs that mean it was done before: how a step is safe to run twice
   */
  async run(sql: string, ...done: string[]): Promise<void> {
    try {
      await this.#pool.query(sql);
    } catch (error) {
      if (hasSqlstate(error, ...done)) return;
      throw translated(error);
    }
  }

  async rows<Row extends object>(sql: string, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.#pool.query(sql, values)).rows as Row[];
    } catch (error) {
      throw translated(error);
    }
  }

  /** Work inside one database on a connection of its own. */
  inDatabase<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
    return this.server.withConnection(database, work);
  }

  /** Work as the warden, who sees and may end the sessions of all tenants' roles. */
  async asWarden<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    try {
      await client.query(`SET ROLE ${sqlIdentifier(this.wardenRole)}`);
      return await work(client);
    } catch (error) {
      throw translated(error);
    } finally {
      // A connection that is broken, or may still be the warden, goes back to nobody.
      const reset = await client.query('RESET ROLE').then(
        () => true,
        () => false,
      );
      client.release(!reset);
    }
  }

  async runAsWarden(sql: string): Promise<void> {
    await this.asWarden((client) => client.query(sql));
  }

  async roleExists(role: string): Promise<boolean> {
    return (await this.rows('SELECT FROM pg_roles WHERE rolname = $1', [role])).length > 0;
  }

  /** Includes a database that a crash left half-dropped (datconnlimit = -2): it exists and must go. */
  async databaseExists(database: string): Promise<boolean> {
    return (await this.rows('SELECT FROM pg_database WHERE datname = $1', [database])).length > 0;
  }

  /** Lets the control role act as these roles: needed to own, hand over, drop and end sessions. */
  async adopt(...roles: string[]): Promise<void> {
    for (const role of roles) {
      if (!(await this.roleExists(role))) continue;
      await this.run(`GRANT ${sqlIdentifier(role)} TO CURRENT_USER`);
    }
  }

  /** Statistics of statements outlive the database they were made in. */
  async forgetDroppedDatabases(): Promise<void> {
    await resetStatisticsOfDropped(this.#pool);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw translated(error);
    }
  }
}

function translated(error: unknown): unknown {
  return isUnavailable(error) ? new DatabaseUnavailableError(error) : error;
}
