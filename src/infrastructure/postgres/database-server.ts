import { Client, type ClientConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import type { Secret } from '../../kernel/secret.js';
import { DatabaseUnavailableError, isUnavailable } from './availability.js';

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

  /** Configuration of a control connection, for pools and libraries that open their own. */
  controlConfig(database: string): ClientConfig {
    return { ...this.#base, database };
  }

  /** A control connection. The caller ends it. @throws DatabaseUnavailableError */
  async connect(database: string): Promise<Client> {
    return this.#open(this.controlConfig(database));
  }

  /** A connection under a tenant's own role. The caller ends it. @throws DatabaseUnavailableError */
  async connectAs(login: Login): Promise<Client> {
    return this.#open({ ...this.#base, ...login });
  }

  /** Runs `work` on a control connection of its own and always closes it. */
  async withConnection<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.connect(database);
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  async #open(config: ClientConfig): Promise<Client> {
    const client = new Client(config);
    // An unheard 'error' would end the process; the failure surfaces in the pending query anyway.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw isUnavailable(error) ? new DatabaseUnavailableError(error) : error;
    }
  }
}
