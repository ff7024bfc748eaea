import type { Client, ClientConfig, Pool, PoolConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import type { Secret } from '../../kernel/secret.js';
import { ANSWERS_OF_TENANTS, type AnswerLimits } from './answer-meter.js';
import { DatabaseUnavailableError, isUnavailable } from './availability.js';
import { openClient, openPool } from './connections.js';

export interface Login {
  database: string;
  user: string;
  password: string;
}

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * One PostgreSQL server, reached with the control role (CREATEDB and CREATEROLE, never a superuser).
 * Knows how to open connections and nothing of what they are for.
 */
export class DatabaseServer {
  readonly #base: ClientConfig;

  constructor(url: Secret) {
    this.#base = {
      ...parseIntoClientConfig(url.reveal()),
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'numoon',
    };
  }

  /** The database the URL names; where to stand while creating and dropping others. */
  get maintenanceDatabase(): string {
    return this.#base.database ?? 'postgres';
  }

  get controlRole(): string {
    return this.#base.user ?? 'postgres';
  }

  /** A pool of control connections. The caller ends it. */
  openPool(database: string, options: PoolConfig): Pool {
    return openPool({ ...this.#base, ...options, database });
  }

  /** A control connection. The caller ends it. @throws DatabaseUnavailableError */
  async connect(database: string): Promise<Client> {
    return this.#open({ ...this.#base, database });
  }

  /** A connection under a tenant's own role. The caller ends it. @throws DatabaseUnavailableError */
  async connectAs(login: Login): Promise<Client> {
    return this.#open({ ...this.#base, ...login }, ANSWERS_OF_TENANTS);
  }

  /** Runs `work` on a control connection of its own and always closes it. */
  async withConnection<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.connect(database);
    try {
      return await work(client);
    } finally {
      // What was done is done: a connection that breaks at its end takes nothing back.
      await client.end().catch(() => undefined);
    }
  }

  async #open(config: ClientConfig, answers?: AnswerLimits): Promise<Client> {
    try {
      return await openClient(config, answers);
    } catch (error) {
      throw isUnavailable(error) ? new DatabaseUnavailableError(error) : error;
    }
  }
}
