import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measurePlace } from '../../src/control-plane/storage/measure-place.js';
import { ISOLATIONS } from '../../src/tenancy/tenant-record.js';
import { closeViews } from '../../src/infrastructure/embedded-postgres/close-views.js';
import { startEmbeddedPostgres } from '../../src/infrastructure/embedded-postgres/start-embedded-postgres.js';
import { type ControlPlane, openControlPlane } from '../support/lifecycle-control-plane.js';
import { openInsider, type Insider } from '../support/lifecycle-hostile.js';

/** The table of the document: it says what is true, or this fails. */
const SAID = [
  ...readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8').matchAll(
    /^\| `((?:SELECT|LISTEN) [^`]*)` +\| (closed|visible) +\|/gm,
  ),
].map(([, statement, outcome]) => ({ statement: String(statement), outcome: String(outcome) }));

let plane: ControlPlane;
let server: Awaited<ReturnType<typeof startEmbeddedPostgres>>;
let dataDir: string;

/** A server of its own: the run's is also used by roles that nothing was granted to. */
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'numoon-views-'));
  const settings = { fsync: 'off', synchronous_commit: 'off' };
  server = await startEmbeddedPostgres({ dataDir, settings });
  // Again does no harm.
  for (let times = 0; times < 2; times += 1) await closeViews(server.adminUrl);
  plane = await openControlPlane({
    controlUrl: server.controlUrl,
    catalogDatabase: 'views_catalog',
    sharedDatabase: 'views_shared',
    dataDir,
  });
});

afterAll(async () => {
  await plane?.close();
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

it('the document says something of what is closed and of what is visible', () => {
  expect(SAID.filter(({ outcome }) => outcome === 'closed').length).toBeGreaterThan(10);
  expect(SAID.filter(({ outcome }) => outcome === 'visible').length).toBeGreaterThan(4);
});

describe.each(ISOLATIONS)('a session of a tenant (isolation %s)', (isolation) => {
  let insider: Insider;

  beforeAll(async () => {
    insider = await openInsider(plane, isolation);
  });

  afterAll(() => insider?.session.end());

  it.each(SAID)('finds that $statement is $outcome', async ({ statement, outcome }) => {
    const answer = await insider.session.query(statement).then(
      () => 'visible',
      (error: { code: string }) => (error.code === '42501' ? 'closed' : error.code),
    );
    expect(answer).toBe(outcome);
  });

  it('finds nothing more among what PostgreSQL counts', async () => {
    const { rows } = await insider.session.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c
        WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relname ~ '^pg_stat(io)?_'
          AND has_table_privilege(c.oid, 'SELECT')
       UNION ALL SELECT p.proname FROM pg_proc p
        WHERE p.proname ~ '^pg_stat_get_' AND has_function_privilege(p.oid, 'EXECUTE')`,
    );
    expect(rows).toEqual([]);
  });
});

it.each(ISOLATIONS)(
  'how much a tenant stores is still measured (isolation %s)',
  async (isolation) => {
    const { placement } = await plane.open(isolation);
    if (placement === null) throw new Error('no place');
    expect((await measurePlace(plane.tools.admin, placement)).bytes).toBeGreaterThan(100_000);
  },
);

it('the control role still sees what it looks after', async () => {
  for (const database of [plane.premises.catalogDatabase, plane.premises.sharedDatabase]) {
    await plane.server.withConnection(database, async (client) => {
      for (const view of ['pg_stat_activity', 'pg_locks', 'pg_db_role_setting']) {
        expect((await client.query(`SELECT count(*) FROM ${view}`)).rowCount).toBe(1);
      }
    });
  }
});
