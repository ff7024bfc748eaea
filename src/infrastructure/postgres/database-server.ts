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

/** For both of the addresses a server may have. */
const COMMON: ClientConfig = {
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  keepAlive: true,
  application_name: 'numoon',
};

/**
 * One PostgreSQL server, reached with the control role (CREATEDB and CREATEROLE, never a superuser).
 * Knows how to open connections and nothing of what they are for.
 *
 * It may be reached in two ways. A **direct** connection is a session of its own, for what needs one: making
 * and dropping things, migrations, LISTEN, settings of a session. All others may lead through a pooler that
 * gives every transaction another session: nothing they leave in it may be relied upon.
 */
export class DatabaseServer {
  readonly #base: ClientConfig;
  readonly #direct: ClientConfig;

  /** @param directUrl the server itself, where `url` may be a pooler in front of it */
  constructor(url: Secret, directUrl: Secret | null = null) {
    this.#base = { ...parseIntoClientConfig(url.reveal()), ...COMMON };
    this.#direct =
      directUrl === null ? this.#base : { ...parseIntoClientConfig(directUrl.reveal()), ...COMMON };
  }

  /** The database the direct URL names; where to stand while creating and dropping others. */
  get maintenanceDatabase(): string {
    return this.#direct.database ?? 'postgres';
  }

  get controlRole(): string {
    return this.#direct.user ?? 'postgres';
  }

  /** A pool of control connections, perhaps through a pooler. The caller ends it. */
  openPool(database: string, options: PoolConfig): Pool {
    return openPool({ ...this.#base, ...options, database });
  }

  /**
   * A pool of direct control connections whose commits do not wait for the disk. The caller ends it.
   * Set in the session and not in its start-up packet, which no pooler lets through.
   */
  openUnflushedPool(database: string, options: PoolConfig): Pool {
    return openPool({
      ...this.#direct,
      ...options,
      database,
      onConnect: async (client) => {
        await client.query('SET synchronous_commit = off');
      },
    });
  }

  /** A direct control connection. The caller ends it. @throws DatabaseUnavailableError */
  async connect(database: string): Promise<Client> {
    return this.#open({ ...this.#direct, database });
  }

  /** A direct connection to the maintenance database, with further settings. The caller ends it. */
  async probeDirect(options: ClientConfig): Promise<Client> {
    return this.#open({ ...this.#direct, ...options });
  }

  /** One to the database that the URL names, perhaps through a pooler. The caller ends it. */
  async probe(options: ClientConfig): Promise<Client> {
    return this.#open({ ...this.#base, ...options });
  }

  /** A connection under a tenant's own role, perhaps through a pooler. The caller ends it. @throws DatabaseUnavailableError */
  async connectAs(login: Login): Promise<Client> {
    return this.#open({ ...this.#base, ...login }, ANSWERS_OF_TENANTS);
  }

  /** Runs `work` on a direct control connection of its own and always closes it. @throws DatabaseUnavailableError */
  async withConnection<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.connect(database);
    try {
      return await work(client);
    } catch (error) {
      throw isUnavailable(error) ? new DatabaseUnavailableError(error) : error;
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
