import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { PurgeTenant } from '../../src/control-plane/closure/purge-tenant.js';
import { RotateKeys } from '../../src/control-plane/keys/rotate-keys.js';
import { Sweep } from '../../src/control-plane/reconciler/sweep.js';
import { ProbeConnections } from '../../src/data-plane/tokens/probe-connections.js';
import { ProviderAccountDirectory } from '../../src/data-plane/webhooks/provider-account-directory.js';
import { ISOLATIONS } from '../../src/tenancy/tenant-record.js';
import { makePots } from '../data-plane/sync/support/make-pots.js';
import { type Connected, SyncApp } from '../data-plane/sync/support/sync-app.js';
import { TeapotServer } from '../data-plane/sync/support/teapot-server.js';
import type { SignedUp } from '../support/test-app.js';
import { belongingsOf, loginAs, placeOf } from './support/belongings.js';
import { idColumns, plantId, type IdColumn } from './support/plant-ids.js';

const START = Date.now();

let app: SyncApp;
let victim: Connected;
let before: Record<string, unknown>;
let columns: IdColumn[];

beforeAll(async () => {
  const teapot = await TeapotServer.open();
  app = await SyncApp.start(teapot, { stockDatabases: 0, stockSchemas: 0 });
  victim = await connect(await app.app.signUp());
  await app.syncFully(victim);
  const session = await loginAs(app.app, victim.tenant.id);
  columns = await idColumns(session, victim.id);
  await session.end();
  before = await belongingsOf(app.app, victim.tenant.id);
});

afterAll(() => app?.close());

/** Connected, listed under its account and on the schedule, as the consent page leaves it. */
async function connect(tenant: SignedUp, id?: string): Promise<Connected> {
  const account = app.teapot.account({ pots: makePots(START, 3, 2) });
  const connected = await app.connect(account, tenant, id);
  await app.in(tenant, async () => {
    await app.get(ProviderAccountDirectory).add('teapot', account.id, connected.id);
    const dueAt = new Date(Date.now() + 86_400_000);
    await app.schedule.hasten({ integrationId: connected.id, dueAt, cause: 'schedule' });
  });
  return connected;
}

const expectUnharmed = async () =>
  expect(await belongingsOf(app.app, victim.tenant.id)).toEqual(before);

/** Makes all that the tenant has due, and does all that a program does for it, whatever fails. */
async function doEverythingFor(tenant: SignedUp): Promise<void> {
  const call = (method: string, path: string, body?: object) =>
    app.app.call(method, path, { key: tenant.key, ...(body === undefined ? {} : { body }) });
  const { catalog, tenancy } = app.app.foundation;
  await catalog.query(
    'UPDATE sync_schedule SET due_at = now() - make_interval(secs => 1) WHERE tenant_id = $1',
    [tenant.id],
  );
  await catalog.query('UPDATE provider_accounts SET probe_at = now() WHERE tenant_id = $1', [
    tenant.id,
  ]);
  await app.get(ProbeConnections).execute();
  await app.worker.sweep();
  await app.worker.idle();
  for (const [method, path] of [
    ['POST', `/v1/integrations/${victim.id}/sync`],
    ['POST', `/v1/integrations/${victim.id}/reconnect`],
    ['DELETE', `/v1/integrations/${victim.id}`],
    ['DELETE', `/v1/members/${ownerOf(before)}`],
    ['DELETE', `/v1/api-keys/${apiKeyOf(before)}`],
  ] as const) {
    await call(method, path, method === 'POST' ? {} : undefined);
  }
  // Forgets what was begun and never finished.
  await call('POST', '/v1/integrations', { provider: 'lemonade', params: {} });
  await app.worker.sweep();
  await app.worker.idle();
  await tenancy.central(() => app.get(Sweep).execute());
}

function ownerOf(all: Record<string, unknown>): string {
  return idIn(all['own members']);
}

function apiKeyOf(all: Record<string, unknown>): string {
  return idIn(all['own api_keys']);
}

function idIn(rows: unknown): string {
  return (rows as { row: { id: string } }[])[0]?.row.id ?? '';
}

describe.each(ISOLATIONS)(
  'ids of another tenant in a tenant’s own rows (isolation %s)',
  (isolation) => {
    let mallory: SignedUp;
    let session: Client;

    beforeAll(async () => {
      mallory = await app.app.signUp({ isolation });
      session = await loginAs(app.app, mallory.id);
    });

    beforeEach(async () => {
      await session.query('DELETE FROM integrations');
      await app.app.foundation.catalog.query(
        'WITH gone AS (DELETE FROM sync_schedule WHERE tenant_id = $1) DELETE FROM provider_accounts WHERE tenant_id = $1',
        [mallory.id],
      );
    });

    it('as a connection that was begun and never finished are forgotten for that tenant alone', async () => {
      await session.query(
        `INSERT INTO integrations (id, provider, status, created_at)
       VALUES ($1, 'teapot', 'connecting', now() - interval '3 days')`,
        [victim.id],
      );
      const begun = await app.app.call('POST', '/v1/integrations', {
        key: mallory.key,
        body: { provider: 'lemonade' },
      });
      expect(begun.status).toBeLessThan(500);
      expect(
        (await session.query('SELECT FROM integrations WHERE id = $1', [victim.id])).rowCount,
      ).toBe(0);
      await expectUnharmed();
    });

    it('as a whole connection of its own leave the other one alone, from its first sync to its end', async () => {
      const twin = await connect(mallory, victim.id);
      await app.syncFully(twin);
      await expectUnharmed();
      await doEverythingFor(mallory);
      const { rows } = await session.query('SELECT status FROM integrations WHERE id = $1', [
        twin.id,
      ]);
      expect(rows).toEqual([{ status: 'disconnected' }]);
      await expectUnharmed();
    });

    it('under way do not keep the other one from being synced', async () => {
      const twin = await connect(mallory, victim.id);
      const { catalog } = app.app.foundation;
      await catalog.query(
        'UPDATE sync_schedule SET due_at = now() - make_interval(secs => 1) WHERE integration_id = $1',
        [twin.id],
      );
      await app.worker.sweep();
      expect(app.worker.running).toBe(2);
      await app.worker.idle();
      const left = await catalog.query('SELECT FROM sync_schedule WHERE lease_until IS NOT NULL');
      expect(left).toEqual([]);
      expect((await app.runs(victim)).items[0]).toMatchObject({ status: 'done' });
      before = await belongingsOf(app.app, victim.tenant.id);
    });

    it('go with the tenant, and take nothing of another one along', async () => {
      await connect(mallory, victim.id);
      const { tenancy } = app.app.foundation;
      await tenancy.central(() => app.get(RotateKeys).execute(mallory.id));
      await expectUnharmed();
      const closed = await app.app.call('POST', '/v1/account/closure', {
        key: mallory.key,
        body: { confirm: mallory.slug, password: mallory.password, graceDays: 0 },
      });
      expect(closed.status).toBe(202);
      await session.end();
      await tenancy.central(() => app.get(PurgeTenant).execute(mallory.id));
      expect((await app.app.foundation.tenants.find(mallory.id))?.status).toBe('purged');
      await expectUnharmed();
      expect((await placeOf(app.app, victim.tenant.id)).database).toMatch(/^nm_/);
    });
  },
);

it('ids of another tenant in each column of ids harm nobody, whatever is done with them', async () => {
  expect(columns.length).toBeGreaterThan(25);
  const path = `../../${victim.tenant.id}/oauth-${victim.id}-x`;
  const mallory = await app.app.signUp();
  const session = await loginAs(app.app, mallory.id);
  let planted = 0;
  for (const column of columns) {
    const isOfSecrets = /^(id|pair|attempt)$/.test(column.column);
    for (const value of isOfSecrets ? [column.foreign, path] : [column.foreign]) {
      await session.query('DELETE FROM integrations');
      const own = await connect(mallory);
      await app.turn(own).catch(() => null);
      const takeOut = await plantId(session, column, value);
      if (takeOut === null) continue;
      planted += 1;
      await doEverythingFor(mallory);
      await takeOut();
    }
  }
  await session.end();
  // The rest is held by foreign keys and the forms of values.
  expect(planted).toBeGreaterThan(20);
  await expectUnharmed();
});
