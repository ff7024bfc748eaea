import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { newId } from '../../kernel/ids.js';

/**
 * What processes tell each other. Ids only: a notification is readable by anyone on the catalog
 * and is a hint to look again, never the truth itself.
 */
export type Change =
  | { kind: 'tenant'; tenantId: string }
  | { kind: 'access'; tenantId: string }
  /** The tokens of an integration are no longer to be used. */
  | { kind: 'grant'; tenantId: string; integrationId: string }
  | { kind: 'stock' }
  | { kind: 'closure' }
  /** The tenant's data keys changed: whoever holds them loads them anew. */
  | { kind: 'keys'; tenantId: string }
  /** Overwrite the tenant's keys and answer `forgotten`: see `roll-call.ts`. */
  | { kind: 'forget'; tenantId: string; ask: string }
  | { kind: 'forgotten'; ask: string; process: string };

const CHANNEL = 'numoon_changes';

/** How the feed's session is named on the server, before the id of its process. */
export const FEED_NAME = 'numoon-feed';

const RECONNECT_MS = 500;
const HEARTBEAT_MS = 2_000;

interface Events {
  change: [Change];
  /** Notifications may have been missed: everything cached must be forgotten. */
  gap: [];
}

/** Publishes inside a transaction of the caller's, so that the news travels only if the change commits. */
export async function announce(
  client: { query(text: string, values: unknown[]): Promise<unknown> },
  change: Change,
): Promise<void> {
  await client.query('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify(change)]);
}

/**
 * One LISTEN connection of this process to the catalog. Caches may be trusted only while `live` is
 * true; a broken connection turns it false at once and a heartbeat finds half-open ones within
 * two heartbeats. It reconnects for as long as it is not closed.
 */
export class ChangeFeed extends EventEmitter<Events> {
  live = false;
  /** Names this process to the others. */
  readonly processId = newId('prc');
  #client: pg.Client | null = null;
  #heartbeat: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(private readonly connect: () => Promise<pg.Client>) {
    super();
    this.setMaxListeners(50);
  }

  /** Resolves once listening; a server that is down is retried in the background. */
  async start(): Promise<void> {
    if (this.#closed) return;
    try {
      const client = await this.connect();
      if (this.#closed) return void (await client.end());
      this.#client = client;
      client.on('notification', (message) => this.#receive(message.payload));
      client.on('error', () => this.#lost(client));
      client.on('end', () => this.#lost(client));
      await client.query(`LISTEN ${CHANNEL}`);
      // After LISTEN: whoever is on the list of a roll call hears it.
      await client.query(`SET application_name = '${FEED_NAME} ${this.processId}'`);
      this.live = true;
      this.emit('gap');
      this.#heartbeat = setInterval(() => void this.#beat(client), HEARTBEAT_MS).unref();
    } catch {
      if (this.#client !== null) this.#lost(this.#client);
      else this.#retryLater();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.live = false;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  #receive(payload: string | undefined): void {
    const change = payload === undefined ? null : parsed(payload);
    if (change !== null) this.emit('change', change);
  }

  async #beat(client: pg.Client): Promise<void> {
    const late = setTimeout(() => this.#lost(client), HEARTBEAT_MS).unref();
    try {
      await client.query('SELECT 1');
    } catch {
      this.#lost(client);
    } finally {
      clearTimeout(late);
    }
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.live = false;
    clearInterval(this.#heartbeat);
    void client.end().catch(() => undefined);
    if (!this.#closed) {
      this.emit('gap');
      this.#retryLater();
    }
  }

  #retryLater(): void {
    this.#retry = setTimeout(() => void this.start(), RECONNECT_MS).unref();
  }
}

/** Null for what is none of ours: anybody on the catalog may notify, and thrown here it would end the process. */
function parsed(payload: string): Change | null {
  try {
    const change = JSON.parse(payload) as Change | null;
    return typeof change?.kind === 'string' ? change : null;
  } catch {
    return null;
  }
}
