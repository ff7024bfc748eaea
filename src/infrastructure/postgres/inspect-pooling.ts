import type { Client, ClientConfig } from 'pg';
import { randomWord } from '../../kernel/ids.js';
import type { DatabaseServer } from './database-server.js';
import { PoolingError } from './pooling.errors.js';
import { sqlIdentifier } from './sql-identifier.js';
import { hasSqlstate, SQLSTATE } from './sqlstate.js';

/** What lies between us and a session of the server. */
export interface Pooling {
  /** `sessions`: a pooler that keeps one for a client until it leaves. `transactions`: until its commit. */
  pooler: 'none' | 'sessions' | 'transactions';
  /** Whether a prepared statement is found again under its name, whichever session is met. */
  keepsNames: boolean;
}

/** A pool of one session makes the second client wait for the first: that is told by waiting, this long. */
const PATIENCE: ClientConfig = { query_timeout: 3_000 };

/** How often two clients are compared. By chance each may meet the same session each time, but not so often. */
const ROUNDS = 5;

/** Whether statements may be given names. */
export function namesAreKept({ keepsNames }: Pooling, wanted: 'auto' | 'on' | 'off'): boolean {
  return wanted === 'auto' ? keepsNames : wanted === 'on';
}

/**
 * Finds out by trying what kind of connection the server's addresses give, since no pooler says it. Without one it
 * costs one connection.
 *
 * @throws PoolingError where control, DDL and notifications would have nothing but a pooler of transactions
 */
export async function inspectPooling(server: DatabaseServer, hasDirect: boolean): Promise<Pooling> {
  const pooling = await inspect((options) => server.probe(options));
  if (!hasDirect) {
    if (pooling.pooler === 'transactions') throw new PoolingError('direct_url_missing');
    return pooling;
  }
  const direct = await inspect((options) => server.probeDirect(options));
  if (direct.pooler === 'transactions') throw new PoolingError('direct_url_is_pooler');
  await compare(server);
  return pooling;
}

type Open = (options: ClientConfig) => Promise<Client>;

async function inspect(open: Open): Promise<Pooling> {
  return using(open, PATIENCE, async (one) => {
    // What the start-up packet named, a pooler makes up: it has no session to speak of yet.
    const { processID } = one as unknown as { processID: number };
    if ((await sessionOf(one)) === processID) return { pooler: 'none', keepsNames: true };
    const translates = await translatesNames(one);
    const shares = await using(open, PATIENCE, (two) => shareSessions(one, two));
    return {
      pooler: shares ? 'transactions' : 'sessions',
      keepsNames: translates || !shares,
    };
  });
}

/** A pooler that knows of prepared statements gives them names of its own, which the session then shows. */
async function translatesNames(client: Client): Promise<boolean> {
  const name = `numoon_probe_${randomWord(12)}`;
  try {
    await client.query('BEGIN');
    await client.query({ name, text: 'SELECT 1' });
    const found = await client.query('SELECT FROM pg_prepared_statements WHERE name = $1', [name]);
    const isVerbatim = found.rowCount === 1;
    if (isVerbatim) await client.query(`DEALLOCATE ${sqlIdentifier(name)}`);
    await client.query('COMMIT');
    return !isVerbatim;
  } catch (error) {
    if (!hasSqlstate(error, SQLSTATE.protocolViolation)) throw error;
    throw new PoolingError('pooler_without_sessions', { cause: error });
  }
}

/** Whether one client meets several sessions, or a session two clients. */
async function shareSessions(one: Client, two: Client): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const met = new Set<number>();
    // Poolers that go round their sessions show it here, the others show it in the second client.
    for (let look = 0; look < 3; look += 1) met.add(await sessionOf(one));
    if (met.size > 1) return true;
    const other = await sessionInTransaction(two);
    if (other === null) return false;
    if (met.has(other)) return true;
  }
  return false;
}

/** Null when none came: the first client holds the only one. */
async function sessionInTransaction(client: Client): Promise<number | null> {
  try {
    await client.query('BEGIN');
    const session = await sessionOf(client);
    await client.query('COMMIT');
    return session;
  } catch (error) {
    if ((error as Error).message === 'Query read timeout') return null;
    throw error;
  }
}

async function sessionOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}

/** A session that was named over one address is looked for over the other. */
async function compare(server: DatabaseServer): Promise<void> {
  const name = `numoon-probe ${randomWord(16)}`;
  const isSame = await using(
    (options) => server.probeDirect(options),
    { application_name: name },
    async (direct) => {
      const here = await whoAndWhat(direct);
      return using(
        (options) => server.probe(options),
        {},
        async (other) => {
          const there = await whoAndWhat(other);
          const { rowCount } = await other.query(
            'SELECT FROM pg_stat_activity WHERE application_name = $1',
            [name],
          );
          return rowCount === 1 && here.role === there.role && !here.standby && !there.standby;
        },
      );
    },
  );
  if (!isSame) throw new PoolingError('direct_url_elsewhere');
}

async function whoAndWhat(client: Client): Promise<{ role: string; standby: boolean }> {
  const { rows } = await client.query<{ role: string; standby: boolean }>(
    'SELECT current_user AS role, pg_is_in_recovery() AS standby',
  );
  return rows[0] ?? { role: '', standby: true };
}

async function using<T>(
  open: Open,
  options: ClientConfig,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await open(options);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
