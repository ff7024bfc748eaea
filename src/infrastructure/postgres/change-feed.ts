import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type pg from 'pg';
import { newId } from '../../kernel/ids.js';
import { Heartbeat, type RunStatement } from './heartbeat.js';
import { parseChange } from './parse-change.js';

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
  /** What is known of how much the tenant stores is another. */
  | { kind: 'storage'; tenantId: string }
  | { kind: 'closure' }
  /** The tenant's data keys changed: whoever holds them loads them anew. */
  | { kind: 'keys'; tenantId: string }
  /** Overwrite the tenant's keys and answer `forgotten`: see `roll-call.ts`. */
  | { kind: 'forget'; tenantId: string; ask: string }
  | { kind: 'forgotten'; ask: string; process: string };

const CHANNEL = 'numoon_changes';

/** How the feed's session is named on the server, before the id of its process. */
export const FEED_NAME = 'numoon-feed';

/** After a connection that failed or broke. */
const RECONNECT_MS = 500;
/** After one that was made and heard nothing: each costs the server a session, so ever more seldom. */
const DEAF_MS = 8_000;
/** Within the time of one proof three may be on their way. */
const BEAT_MS = 1_500;
const FAREWELL_MS = 2_000;

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
 * One LISTEN connection of this process to the catalog. Caches may be trusted only while `live` is true:
 * while the connection stands, and a heartbeat of the last five seconds came back over it. It reconnects
 * for as long as it is not closed.
 */
export class ChangeFeed extends EventEmitter<Events> {
  /** Names this process to the others. */
  readonly processId = newId('prc');
  #client: pg.Client | null = null;
  #heartbeat: Heartbeat | null = null;
  #beating: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  /** Connections in a row that were made and heard nothing. */
  #deaf = 0;
  #closed = false;

  /**
   * @param connect a connection of its own, to the server itself and not to a pooler of transactions
   * @param run a statement on any other connection to the catalog: the way that changes are announced
   */
  constructor(
    private readonly connect: () => Promise<pg.Client>,
    private readonly run: RunStatement,
  ) {
    super();
    this.setMaxListeners(50);
  }

  /** Looked at anew each time: a process that stood still trusts nothing when it goes on. */
  get live(): boolean {
    return this.#heartbeat?.isProven ?? false;
  }

  /** Resolves once it hears; a server that is down, or silent, is tried again in the background. */
  async start(): Promise<void> {
    if (this.#closed) return;
    try {
      const client = await this.connect();
      if (this.#closed) return void (await client.end().catch(() => undefined));
      await this.#listen(client);
    } catch {
      if (this.#client !== null) this.#lost(this.#client);
      else this.#retryLater(RECONNECT_MS);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#heartbeat = null;
    clearInterval(this.#beating);
    clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  async #listen(client: pg.Client): Promise<void> {
    const heartbeat = new Heartbeat(this.run);
    this.#client = client;
    client.on('notification', (message) => this.#receive(client, heartbeat, message));
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    await client.query(`LISTEN ${CHANNEL}; LISTEN ${heartbeat.channel}`);
    // After LISTEN: whoever is on the list of a roll call hears it.
    await client.query(`SET application_name = '${FEED_NAME} ${this.processId}'`);
    if (this.#client !== client) return;
    this.#beating = setInterval(() => this.#beat(client, heartbeat), BEAT_MS).unref();
    heartbeat.send();
    const isHeard = await heartbeat.first();
    if (!isHeard) this.#lost(client);
    if (this.#client !== client) return;
    this.#deaf = 0;
    // Trusted from here on, and only after everything that may be older was forgotten.
    this.emit('gap');
    this.#heartbeat = heartbeat;
  }

  #receive(client: pg.Client, heartbeat: Heartbeat, { channel, payload }: pg.Notification): void {
    if (this.#client !== client) return;
    if (channel === heartbeat.channel) return heartbeat.hear(payload);
    const change = parseChange(payload);
    if (change === null) return;
    try {
      this.emit('change', change);
    } catch {
      // Whoever comes after the one that failed has not heard it: that is a gap.
      this.#lost(client);
    }
  }

  #beat(client: pg.Client, heartbeat: Heartbeat): void {
    heartbeat.send();
    // Judged after the sockets were read: this process itself may have stood still for a while.
    setImmediate(() => heartbeat.isOverdue && this.#lost(client));
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    const wasDeaf = this.#heartbeat === null;
    this.#client = null;
    this.#heartbeat = null;
    clearInterval(this.#beating);
    hangUp(client);
    if (this.#closed) return;
    this.#retryLater(wasDeaf ? Math.min(DEAF_MS, RECONNECT_MS * 2 ** this.#deaf++) : RECONNECT_MS);
    this.emit('gap');
  }

  /** Not all processes at the same moment. */
  #retryLater(ms: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.start(), ms * (1 + Math.random() / 4)).unref();
  }
}

/** A server that does not listen any more does not answer a farewell either, and its socket would stay for hours. */
function hangUp(client: pg.Client): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  const gone = client.end().catch(() => undefined);
  const cut = setTimeout(() => stream.destroy(), FAREWELL_MS).unref();
  void gone.then(() => clearTimeout(cut));
}
