import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { StopRunaways } from '../../src/control-plane/reconciler/stop-runaways.js';
import type { ControlPlane } from '../support/lifecycle-control-plane.js';
import { openInsider } from '../support/lifecycle-hostile.js';
import { closeWithPremises, openOnOwnPremises } from '../support/lifecycle-premises.js';
import { adminUrl, openPool } from '../support/test-postgres.js';

const LIMIT_MS = 100;

let plane: ControlPlane;

beforeAll(async () => {
  plane = await openOnOwnPremises();
});

afterAll(() => closeWithPremises(plane));

/** How the server sees a session; undefined when it is gone. */
async function seen(pid: number): Promise<{ waits: string | null } | undefined> {
  const pool = openPool({ connectionString: adminUrl(), max: 1 });
  try {
    const sql = 'SELECT wait_event AS waits FROM pg_stat_activity WHERE pid = $1';
    return (await pool.query<{ waits: string | null }>(sql, [pid])).rows[0];
  } finally {
    await pool.end();
  }
}

it('a session that listens and never reads is ended, before the queue of all databases is full', async () => {
  const deaf = await openInsider(plane, 'database');
  const loud = await plane.connector.connect(deaf.tenant);
  const { rows } = await deaf.session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = rows[0]?.pid ?? 0;
  await deaf.session.query('LISTEN anything');
  const { stream } = (deaf.session as unknown as { connection: { stream: Socket } }).connection;
  stream.pause();

  // More than what lies between the two sockets holds, so that the server waits for its reader.
  for (let left = 40; left > 0 && (await seen(pid))?.waits !== 'ClientWrite'; left -= 1) {
    await shout(loud);
  }
  expect((await seen(pid))?.waits).toBe('ClientWrite');

  const runaways = new StopRunaways(plane.tools.admin, LIMIT_MS);
  const giveUpAt = performance.now() + 30_000;
  while ((await seen(pid)) !== undefined && performance.now() < giveUpAt) {
    await runaways.execute();
    await sleep(100);
  }
  expect(await seen(pid)).toBeUndefined();
  stream.destroy();
  await Promise.allSettled([deaf.session.end(), loud.end()]);
}, 90_000);

async function shout(loud: Client): Promise<void> {
  await loud.query(`SELECT count(pg_notify('anything', repeat(md5(i::text), 240) || i))
    FROM generate_series(1, 500) i`);
}
