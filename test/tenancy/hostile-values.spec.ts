import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { Sweep } from '../../src/control-plane/reconciler/sweep.js';
import { MetricStore } from '../../src/data-plane/metrics/store/metric-store.js';
import { ProbeConnections } from '../../src/data-plane/tokens/probe-connections.js';
import { listRoutes } from '../../src/entry/http/route-table.js';
import { IdentityCache } from '../../src/data-plane/access/identity-cache.js';
import { seeded } from '../support/seeded.js';
import { makePots } from '../data-plane/sync/support/make-pots.js';
import { type Connected, SyncApp } from '../data-plane/sync/support/sync-app.js';
import { TeapotServer } from '../data-plane/sync/support/teapot-server.js';
import { plainColumns, plantValue, type PlainColumn } from './support/hostile-values.js';
import { PutAside } from './support/put-aside.js';

/** Somebody with the role of a tenant writes what the product never would; the neighbour must not notice. */
/** All columns take minutes: a run tries some of them, and says which (`NUMOON_TEST_HOSTILE=all`, or a seed). */
const ASKED = process.env['NUMOON_TEST_HOSTILE'] ?? String(Math.floor(Math.random() * 1e9));
const SHARE = 0.07;

let teapot: TeapotServer;
let app: SyncApp;
let mallory: Connected;
let neighbour: Connected;
let session: Client;
let rows: PutAside;
let paths: string[];

beforeAll(async () => {
  teapot = await TeapotServer.open();
  app = await SyncApp.start(teapot, { tenantRequestsPerSecond: 10_000, stockDatabases: 2 });
  // History that begins in the year 1 is read for as long as a turn may take.
  Object.assign(app.settings, { turnMs: 1_000 });
  const pots = makePots(Date.now(), 5, 1);
  [mallory, neighbour] = [
    await app.connect(teapot.account({ pots })),
    await app.connect(teapot.account({ pots })),
  ];
  for (const connected of [mallory, neighbour]) await app.syncFully(connected);
  const { foundation } = app.app;
  const record = await foundation.tenants.find(mallory.tenant.id);
  const place = record?.placement;
  if (place == null) throw new Error('no place');
  session = await foundation.server.connectAs({
    database: place.database,
    user: place.loginRole,
    password: foundation.tools.logins.open(mallory.tenant.id, place.loginRole, place.loginSealed),
  });
  await session.query(`
    INSERT INTO connection_attempts (id, integration_id, link_hash, stage, expires_at, memory)
      SELECT 'att_a', '${mallory.id}', '', 'offered', now() + interval '1 hour', name FROM organization;
    INSERT INTO sync_gaps (id, integration_id, stream, slice_from, slice_to, retry_at)
      VALUES ('gap_a', '${mallory.id}', 'pots', '2026-01-01', '2026-01-02', now());
    INSERT INTO quarantined_pages (id, integration_id, run_id, stream, slice_from, slice_to, page, rule)
      SELECT 'qua_a', integration_id, id, 'pots', '2026-01-01', '2026-01-02', 1, 'a rule' FROM sync_runs LIMIT 1;
    UPDATE sync_streams SET round_kind = 'recent', round_begun = now(), round_from = now() - interval '3 days',
      round_to = now(), round_next = now()`);
  rows = await PutAside.open(place.database, place.schema);
  paths = listRoutes(app.app.app)
    .filter(({ method, access }) => method === 'GET' && access.who === 'member')
    .map(({ path }) => path.replace(':id', mallory.id));
  expect(paths).toContain('/v1/integrations');
}, 120_000);

afterAll(async () => {
  await session?.end().catch(() => undefined);
  await rows?.close();
  await app?.close();
});

/** Everything that reads a tenant's rows: every route, a sync, the probes, the sweep. */
async function touchEverything(): Promise<void> {
  const { foundation } = app.app;
  foundation.keys.drop(mallory.tenant.id);
  app.get(IdentityCache).drop(mallory.tenant.id);
  const answers = paths.map(async (path) => {
    const query = path.endsWith('/query') ? '?metric=tea.pots' : '';
    const { status, body } = await app.app.call('GET', path + query, {
      key: mallory.tenant.key,
      outsideDocument: true,
    });
    expect({ path, status, code: body?.code }).toEqual({
      path,
      status: expect.any(Number),
      code: status < 400 ? undefined : expect.stringMatching(/^[a-z_]+$/),
    });
  });
  await Promise.all(answers);
  const due = { integrationId: mallory.id, dueAt: new Date(0), cause: 'request' } as const;
  await app.in(mallory.tenant, () => app.schedule.hasten(due));
  await foundation.catalog.query('UPDATE provider_accounts SET probe_at = now()');
  await foundation.tenancy.central(async () => {
    await app.worker.sweep();
    await app.worker.idle();
    await app.get(ProbeConnections).execute();
  });
}

async function expectNeighbourServed(after: string): Promise<void> {
  const { status } = await app.app.call('GET', '/v1/tenant', { key: neighbour.tenant.key });
  expect({ after, status }).toEqual({ after, status: 200 });
  expect(['lost', null]).not.toContain(await app.turn(neighbour));
}

describe('a value that the product never writes', () => {
  it('in any column of a tenant costs what reads it and nobody else', async () => {
    const columns = await plainColumns(session);
    expect(columns.length).toBeGreaterThan(100);
    const random = seeded(Number(ASKED));
    const chosen = columns.filter(() => ASKED === 'all' || random() < SHARE);
    const took = new Set<string>();
    for (const column of chosen) {
      for (let next: number | null = 0; next !== null;) {
        const planted = await plantValue(session, column, next);
        if (planted === null) break;
        took.add(nameOf(column));
        await touchEverything();
        await expectNeighbourServed(`${nameOf(column)} ${planted} (NUMOON_TEST_HOSTILE=${ASKED})`);
        await rows.restore();
        next = planted + 1;
      }
    }
    await app.app.foundation.tenancy.central(() => app.get(Sweep).execute());
    await touchEverything();
    expect(took.size).toBeGreaterThan(chosen.length / 2);
  }, 300_000);
});

function nameOf({ table, column }: PlainColumn): string {
  return `${table}.${column}`;
}

describe('blocks of metrics that say they are of all the years there are', () => {
  it('are refused when they are folded, before anybody goes through the years', async () => {
    await session.query(`INSERT INTO metric_blocks (id, set_id, from_day, to_day, written, folded, body)
      SELECT 'blk_' || g, s.id, '0001-01-01', '9999-12-31', 1, false, name
        FROM organization, metric_sets s, generate_series(1, 20) g WHERE s.metric = 'tea.pots'`);
    const folding = app.in(mallory.tenant, () => app.get(MetricStore).compact(mallory.id));
    await expect(folding).rejects.toMatchObject({ code: 'sealed_value_broken' });
    await rows.restore();
  });
});

describe('a cell longer than a string may be, whatever the database promises', () => {
  it('fails what reads it by name, and not the process', async () => {
    await rows.run(`ALTER DOMAIN sealed DROP CONSTRAINT sealed_size;
      ALTER TABLE organization DROP CONSTRAINT name_size;
      ALTER TABLE organization ALTER COLUMN name SET STORAGE EXTENDED;
      UPDATE organization SET name = name || decode(repeat('00', 270000000), 'hex')`);
    const { status, body } = await app.app.call('GET', '/v1/tenant', { key: mallory.tenant.key });
    expect({ status, code: body.code }).toEqual({ status: 500, code: 'database_answer_too_large' });
    await expectNeighbourServed('a cell of 270 MB');
    await rows.restore();
    const after = await app.app.call('GET', '/v1/tenant', { key: mallory.tenant.key });
    expect(after.status).toBe(200);
  }, 120_000);
});
