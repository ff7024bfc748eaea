import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { MeasureStorage } from '../../src/control-plane/storage/measure-storage.js';
import { levelOf } from '../../src/control-plane/storage/storage-level.js';
import { announce, type Change } from '../../src/infrastructure/postgres/change-feed.js';
import { ISOLATIONS } from '../../src/tenancy/tenant-record.js';
import { makePots } from '../data-plane/sync/support/make-pots.js';
import { type Connected, SyncApp } from '../data-plane/sync/support/sync-app.js';
import { TeapotServer } from '../data-plane/sync/support/teapot-server.js';
import { ADMIN_TOKEN, type SignedUp } from '../support/test-app.js';

const MB = 1024 * 1024;
const MAX = 40 * MB;

let teapot: TeapotServer;
let app: SyncApp;

beforeAll(async () => {
  teapot = await TeapotServer.open();
  app = await SyncApp.start(teapot, { tenantMaxBytes: MAX, tenantRequestsPerSecond: 10_000 });
}, 60_000);

afterAll(() => app?.close());

describe('the level of what a tenant stores', () => {
  it('is by bytes or by rows, whichever is nearer, and 0 is no limit', () => {
    const limits = { maxBytes: 1000, maxRows: 100 };
    expect(levelOf({ bytes: 799, rows: 79 }, limits, 'within')).toBe('within');
    expect(levelOf({ bytes: 800, rows: 0 }, limits, 'within')).toBe('near');
    expect(levelOf({ bytes: 0, rows: 100 }, limits, 'within')).toBe('full');
    expect(levelOf({ bytes: 1200, rows: 0 }, limits, 'near')).toBe('over');
    expect(levelOf({ bytes: 1199, rows: 0 }, limits, 'over')).toBe('over');
    expect(levelOf({ bytes: 999, rows: 0 }, limits, 'over')).toBe('near');
    expect(levelOf({ bytes: 9e9, rows: 9e9 }, { maxBytes: 0, maxRows: 0 }, 'full')).toBe('within');
  });
});

/** As the sweep does it, for everybody, now; and every process has heard what came of it. */
async function measure(): Promise<void> {
  const { catalog, feed } = app.app.foundation;
  await catalog.query(`UPDATE tenant_storage SET measured_at = now() - interval '1 hour'`);
  await app.get(MeasureStorage).execute();
  // Notifications come in the order of their commits.
  const heard = new Promise<void>((resolve) => {
    const listen = (change: Change): void => {
      if (change.kind !== 'stock') return;
      feed.off('change', listen);
      resolve();
    };
    feed.on('change', listen);
  });
  await announce(catalog, { kind: 'stock' });
  await heard;
}

async function sessionOf(tenant: SignedUp): Promise<Client> {
  const { foundation } = app.app;
  const place = (await foundation.tenants.find(tenant.id))?.placement;
  if (place == null) throw new Error('no place');
  return foundation.server.connectAs({
    database: place.database,
    user: place.loginRole,
    password: foundation.tools.logins.open(tenant.id, place.loginRole, place.loginSealed),
  });
}

/** So many megabytes more, past the product. What they hold opens nowhere and does not compress. */
async function fill(session: Client, megabytes: number): Promise<void> {
  await session.query(
    `INSERT INTO metric_blocks (id, set_id, from_day, to_day, written, folded, body)
     SELECT 'blk_' || random(), (SELECT min(id) FROM metric_sets), '1990-01-01', '1990-01-01', 1, false,
            name || decode(repeat('00', 1048576), 'hex')
       FROM organization, generate_series(1, $1)`,
    [megabytes],
  );
}

describe.each(ISOLATIONS)('a tenant (isolation %s) that stores more and more', (isolation) => {
  let connected: Connected;
  let session: Client;

  const call = (method: string, path: string, body?: unknown) =>
    app.app.call(method, path, { key: connected.tenant.key, body });
  const storage = async () => (await call('GET', '/v1/tenant')).body.storage;
  const actions = async (): Promise<string[]> => {
    const { body } = await call('GET', '/v1/audit-log?limit=100');
    return body.items.map(({ action }: { action: string }) => action);
  };
  /** The sweep is at work too, and of two that look at the same moment one leaves it to the other. */
  const measureUntil = async (level: string): Promise<void> => {
    for (let left = 20; left > 0 && (await storage()).level !== level; left -= 1) await measure();
  };
  const makeKey = () => call('POST', '/v1/api-keys', { name: 'k', role: 'analyst' });

  beforeAll(async () => {
    const tenant = await app.app.signUp({ isolation });
    connected = await app.connect(teapot.account({ pots: makePots(Date.now(), 3, 1) }), tenant);
    await app.syncFully(connected);
    session = await sessionOf(tenant);
    await measure();
  }, 60_000);

  afterAll(async () => {
    await session?.end();
  });

  it('sees how much it is, and what it may', async () => {
    const seen = await storage();
    expect(seen).toMatchObject({ level: 'within', maxBytes: MAX, maxRows: 10_000_000 });
    expect(seen.bytes).toBeGreaterThan(MB / 2);
    expect(seen.bytes).toBeLessThan(20 * MB);
    const shown = await app.app.call('GET', `/admin/tenants/${connected.tenant.id}`, {
      key: ADMIN_TOKEN,
    });
    expect(shown.body.storage).toMatchObject({ level: 'within', bytes: seen.bytes });
  });

  it('is told before it bites', async () => {
    await fill(session, 33 - Math.floor((await storage()).bytes / MB));
    await measure();
    expect((await storage()).level).toBe('near');
    expect(await actions()).toContain('storage.near');
    expect((await makeKey()).status).toBe(201);
  });

  it('is refused what would grow when it is full, and nothing that leads out', async () => {
    const made = (await makeKey()).body;
    await fill(session, 9);
    await measure();
    expect((await storage()).level).toBe('full');
    const refused = await makeKey();
    expect([refused.status, refused.body.code]).toEqual([409, 'storage_full']);
    expect((await call('DELETE', `/v1/api-keys/${made.id}`)).status).toBe(204);
    const { email, password } = connected.tenant;
    const login = await app.app.call('POST', '/v1/login', { body: { email, password } });
    expect(login.status).toBe(200);
    const next = await app.turn(connected);
    expect(next).toMatchObject({ failures: 1 });
    const integration = await call('GET', `/v1/integrations/${connected.id}`);
    expect(integration.body.problem?.code ?? integration.body.problem).toBe('storage_full');
  });

  it('can add nothing by its own role far above that, and nobody else is touched', async () => {
    const other = await app.app.signUp({ isolation });
    await fill(session, 9);
    await measure();
    expect((await storage()).level).toBe('over');
    await expect(fill(session, 1)).rejects.toMatchObject({ code: '42501' });
    await expect(session.query('UPDATE members SET role = role')).rejects.toMatchObject({
      code: '42501',
    });
    await session.query('SELECT count(*) FROM members');
    const { email, password } = connected.tenant;
    const login = await app.app.call('POST', '/v1/login', { body: { email, password } });
    expect([login.status, login.body.code]).toEqual([409, 'storage_full']);
    const made = await app.app.call('POST', '/v1/api-keys', {
      key: other.key,
      body: { name: 'k', role: 'analyst' },
    });
    expect(made.status).toBe(201);
    const metrics = await app.app.call('GET', '/metrics', { key: ADMIN_TOKEN });
    expect(metrics.body).toContain('numoon_tenants_by_storage{level="over"} 1');
  });

  it('comes back by itself when it has deleted, and reads its accounts again', async () => {
    await session.query(`DELETE FROM metric_blocks WHERE from_day = '1990-01-01'`);
    // The server's statistics hear of it when the session is idle.
    await session.query('SELECT pg_stat_force_next_flush()');
    await session.query('SELECT 1');
    await measureUntil('within');
    expect(await storage()).toMatchObject({ level: 'within' });
    expect((await makeKey()).status).toBe(201);
    expect(await actions()).toContain('storage.within');
    const [schedule] = await app.app.foundation.catalog.query<{ count: number }>(
      'SELECT count(*)::int FROM sync_schedule WHERE tenant_id = $1 AND due_at > now()',
      [connected.tenant.id],
    );
    expect(schedule?.count).toBe(0);
    expect(await app.turn(connected)).toMatchObject({ failures: 0 });
  });
});
