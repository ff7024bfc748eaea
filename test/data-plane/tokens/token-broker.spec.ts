import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CatalogProviderAccountDirectory } from '../../../src/control-plane/catalog/provider-account-directory.js';
import { CatalogSyncSchedule } from '../../../src/control-plane/catalog/sync-schedule.js';
import { ProbeConnections } from '../../../src/data-plane/tokens/probe-connections.js';
import { refreshDueAt } from '../../../src/data-plane/tokens/refresh-timing.js';
import { HttpClient } from '../../../src/infrastructure/http-client/http-client.js';
import { newId } from '../../../src/kernel/ids.js';
import type { TenantRecord } from '../../../src/tenancy/tenant-record.js';
import {
  type ControlPlane,
  openControlPlane,
  type Premises,
} from '../../support/lifecycle-control-plane.js';
import { createPremises, removePremises } from '../../support/lifecycle-premises.js';
import { type BrokerParts, brokerOn, connectPepper, within } from './support/brokers.js';
import { type RotatingProvider, startRotatingProvider } from './support/rotating-provider.js';

const HOUR_MS = 3_600_000;

let premises: Premises;
let plane: ControlPlane;
let other: ControlPlane;
let tenant: TenantRecord;
let provider: RotatingProvider;
let parts: BrokerParts;
const http = new HttpClient();

beforeAll(async () => {
  premises = await createPremises();
  plane = await openControlPlane(premises);
  other = await openControlPlane(premises);
  tenant = await plane.open('schema');
});

beforeEach(async () => {
  provider = await startRotatingProvider();
  parts = brokerOn(plane, { url: provider.url, http });
});

afterEach(() => provider.close());

afterAll(async () => {
  await other?.close();
  await plane?.close();
  await http.close();
  await removePremises(premises);
});

const inTenant = <T>(work: () => Promise<T>): Promise<T> => within(plane, tenant.id, work);

async function issued(id: string, ago: string): Promise<void> {
  await inTenant(() =>
    plane.database.query({
      text: `UPDATE grants SET issued_at = $3::timestamptz - $2::interval WHERE integration_id = $1`,
      values: [id, ago, new Date()],
    }),
  );
}

describe('an access token', () => {
  test('is handed out as it is while it is young, with what was granted', async () => {
    const id = await inTenant(() => connectPepper(parts, provider.first));
    const access = await inTenant(() => parts.broker.access(id));
    expect(access).toMatchObject({
      version: 1,
      scopes: ['grind.read'],
      grant: { mill_id: 'mill_1' },
    });
    expect(access.token.reveal()).toBe(provider.first.access);
    expect(provider.calls).toBe(0);
  });

  test('is refreshed before it ends, and keeps what a refresh does not say again', async () => {
    const soon = { expiresAt: Date.now() + 120_000 };
    const id = await inTenant(() => connectPepper(parts, provider.first, soon));
    await issued(id, '58 minutes');
    const access = await inTenant(() => parts.broker.access(id));
    expect(access).toMatchObject({ version: 2, scopes: ['grind.read'] });
    expect(provider.takes(access.token.reveal())).toBe(true);
  });

  test('is refreshed once for all who want it in one process', async () => {
    const id = await inTenant(() => connectPepper(parts, provider.first));
    const all = await inTenant(() =>
      Promise.all(Array.from({ length: 20 }, () => parts.broker.refused(id, 1))),
    );
    expect(new Set(all.map(({ version }) => version))).toEqual(new Set([2]));
    expect(provider.calls).toBe(1);
  });

  test('that was refused and has a successor by now costs no refresh', async () => {
    const id = await inTenant(() => connectPepper(parts, provider.first));
    await inTenant(() => parts.broker.refused(id, 1));
    expect(await inTenant(() => parts.broker.refused(id, 1))).toMatchObject({ version: 2 });
    expect(provider.calls).toBe(1);
  });

  test('of an unknown integration, or of another tenant, is missing', async () => {
    const id = await inTenant(() => connectPepper(parts, provider.first));
    const stranger = await plane.open('schema');
    for (const work of [
      () => within(plane, stranger.id, () => parts.broker.access(id)),
      () => inTenant(() => parts.broker.access(newId('int'))),
    ]) {
      await expect(work()).rejects.toMatchObject({ code: 'grant_missing' });
    }
  });

  test('of a key that a person gave is never refreshed; refused, it must be given anew', async () => {
    const id = await inTenant(() =>
      connectPepper(
        parts,
        { access: 'ppr_key', refresh: null },
        { expiresAt: 253_402_214_400_000 },
      ),
    );
    expect(await inTenant(() => parts.broker.access(id))).toMatchObject({ version: 1 });
    await issued(id, '3 days');
    await inTenant(() => parts.broker.probe(id));
    await expect(inTenant(() => parts.broker.refused(id, 1))).rejects.toMatchObject({
      code: 'reconnect_needed',
    });
    expect(provider.calls).toBe(0);
  });

  test('that the secret store has lost must be given anew, and the owner is told so', async () => {
    const id = await inTenant(() => connectPepper(parts, provider.first));
    await inTenant(async () => {
      for (const name of await parts.store.names(id)) await parts.store.destroy(id, name);
    });
    await expect(inTenant(() => parts.broker.access(id))).rejects.toMatchObject({
      code: 'reconnect_needed',
    });
    expect(await inTenant(() => parts.integrations.find(id))).toMatchObject({
      status: 'reconnect',
    });
    expect(provider.calls).toBe(0);
  });

  test('stays where it is when the provider gives no new refresh token', async () => {
    await provider.close();
    provider = await startRotatingProvider({ rotates: false });
    parts = brokerOn(plane, { url: provider.url, http, refresh: { rotates: false, replayMs: 0 } });
    const id = await inTenant(() => connectPepper(parts, provider.first));
    for (const version of [1, 2, 3]) await inTenant(() => parts.broker.refused(id, version));
    expect(provider).toMatchObject({ calls: 3, rotations: 3 });
    expect(new Set(provider.forms.map((form) => form.get('refresh_token')))).toEqual(
      new Set([provider.first.refresh]),
    );
  });
});

describe('a fleet that was connected in one minute', () => {
  test('is refreshed over many, each integration at its own time, all before the end', () => {
    const issuedAt = Date.UTC(2026, 0, 1);
    const expiresAt = issuedAt + HOUR_MS;
    const due = Array.from({ length: 500 }, () => refreshDueAt(newId('int'), issuedAt, expiresAt));
    const minutes = new Map<number, number>();
    for (const at of due) {
      const minute = Math.floor((expiresAt - at) / 60_000);
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    }
    expect([...minutes.keys()].sort()).toEqual([5, 6, 7, 8, 9]);
    expect(Math.max(...minutes.values())).toBeLessThan(200);
  });
});

describe('a destroyed grant', () => {
  test('is used by no process any more, and leaves nothing in the secret store', async () => {
    const elsewhere = brokerOn(other, { url: provider.url, http });
    const id = await inTenant(() => connectPepper(parts, provider.first));
    await within(other, tenant.id, () => elsewhere.broker.access(id));
    expect(elsewhere.cache.size).toBe(1);

    const told = new Promise<void>((resolve) => {
      other.feed.on('change', (change) => {
        if (change.kind === 'grant' && change.integrationId === id) resolve();
      });
    });
    await inTenant(() => parts.broker.destroy(id));
    await told;
    expect(elsewhere.cache.size).toBe(0);
    await expect(within(other, tenant.id, () => elsewhere.broker.access(id))).rejects.toMatchObject(
      {
        code: 'grant_missing',
      },
    );
    expect(await inTenant(() => parts.store.names(id))).toEqual([]);
    await inTenant(() => parts.broker.destroy(id));
  });

  test('is not brought back by a refresh that was under way', async () => {
    const id = await inTenant(() => connectPepper(parts, provider.first));
    const destroying = brokerOn(plane, {
      url: provider.url,
      http,
      settings: {
        reached: async (point) => {
          if (point === 'stored') await inTenant(() => parts.broker.destroy(id));
        },
      },
    });
    await expect(inTenant(() => destroying.broker.refused(id, 1))).rejects.toMatchObject({
      code: 'grant_missing',
    });
    expect(await inTenant(() => parts.store.names(id))).toEqual([]);
    expect(await inTenant(() => parts.grants.find(id))).toBeNull();
  });

  test("is nobody's business in memory when keys are dropped or news is missed", async () => {
    const id = await inTenant(() => connectPepper(parts, provider.first));
    for (const lose of [
      () => plane.feed.emit('change', { kind: 'keys', tenantId: tenant.id }),
      () => plane.feed.emit('change', { kind: 'tenant', tenantId: tenant.id }),
      () => plane.feed.emit('gap'),
    ]) {
      await inTenant(() => parts.broker.access(id));
      expect(parts.cache.size).toBe(1);
      lose();
      expect(parts.cache.size).toBe(0);
    }
  });
});

describe('tokens', () => {
  test('are in no row, in no form', async () => {
    const id = await inTenant(() => connectPepper(parts, provider.first));
    const { token } = await inTenant(() => parts.broker.refused(id, 1));
    const rows = await inTenant(() =>
      plane.database.query<{ row: string }>({
        text: `SELECT row_to_json(g)::text AS row FROM grants g
               UNION ALL SELECT row_to_json(i)::text FROM integrations i`,
        values: [],
      }),
    );
    const all = rows.map(({ row }) => row).join('\n');
    expect(all).toContain(id);
    expect(all).not.toContain(token.reveal());
    expect(all).not.toContain(provider.first.refresh);
  });
});

describe('a look at connections that nobody syncs', () => {
  test('keeps them alive once a day, and notices a revocation', async () => {
    // Without the alarm that an unknown refresh token would set off.
    await provider.close();
    provider = await startRotatingProvider({ grace: false });
    parts = brokerOn(plane, { url: provider.url, http });
    const directory = new CatalogProviderAccountDirectory(plane.catalog, plane.tenancy, plane.hash);
    const schedule = new CatalogSyncSchedule(plane.catalog, plane.tenancy);
    const probe = new ProbeConnections(directory, plane.tenancy, parts.broker, schedule);
    const alive = await inTenant(() => connectPepper(parts, provider.first));
    const gone = await inTenant(() =>
      connectPepper(parts, { access: 'ppr_at_old', refresh: 'ppr_rt_old' }),
    );
    const fresh = await inTenant(() => connectPepper(parts, { access: 'a', refresh: 'b' }));
    for (const id of [alive, gone]) await issued(id, '20 hours');
    for (const id of [alive, gone, fresh]) {
      await inTenant(() => directory.add('pepper', `mill_${id}`, id));
    }
    // Not yet.
    expect(await probe.execute()).toBe(0);
    await plane.catalog.query(`UPDATE provider_accounts SET probe_at = now()`);
    expect(await probe.execute()).toBe(3);
    expect(await probe.execute()).toBe(0);

    const [ofAlive, ofFresh] = await inTenant(() =>
      Promise.all([parts.grants.find(alive), parts.grants.find(fresh)]),
    );
    expect(ofAlive).toMatchObject({ version: 2, status: 'active' });
    expect(ofFresh).toMatchObject({ version: 1, status: 'active' });
    expect(await inTenant(() => parts.integrations.find(gone))).toMatchObject({
      status: 'revoked',
      problem: { code: 'grant_revoked' },
    });
    expect(provider.calls).toBe(2);
  });

  test('is given a place in the schedule where it has lost it, and keeps the one it has', async () => {
    const directory = new CatalogProviderAccountDirectory(plane.catalog, plane.tenancy, plane.hash);
    const schedule = new CatalogSyncSchedule(plane.catalog, plane.tenancy);
    const probe = new ProbeConnections(directory, plane.tenancy, parts.broker, schedule);
    const connect = () => inTenant(() => connectPepper(parts, { access: 'a', refresh: 'b' }));
    const [lost, planned, ended] = [await connect(), await connect(), await connect()];
    const soon = new Date(Date.now() + HOUR_MS);
    for (const id of [lost, planned, ended]) {
      await inTenant(() => directory.add('pepper', `mill_${id}`, id));
    }
    const entry = { integrationId: planned, dueAt: soon, cause: 'connect' } as const;
    await inTenant(() => schedule.hasten(entry));
    await inTenant(() => parts.integrations.setStatus(plane.database, ended, 'reconnect', 'x'));
    await plane.catalog.query(
      `UPDATE provider_accounts SET probe_at = now() WHERE integration_id = ANY ($1)`,
      [[lost, planned, ended]],
    );
    expect(await probe.execute()).toBe(3);

    const rows = await plane.catalog.query<{ id: string; due: Date; cause: string }>(
      `SELECT integration_id AS id, due_at AS due, cause FROM sync_schedule
        WHERE integration_id = ANY ($1)`,
      [[lost, planned, ended]],
    );
    const places = new Map(rows.map(({ id, ...place }) => [id, place]));
    expect(places.get(planned)).toEqual({ due: soon, cause: 'connect' });
    expect(places.get(lost)).toMatchObject({ cause: 'schedule' });
    expect(Number(places.get(lost)?.due)).toBeLessThanOrEqual(Date.now() + 24 * HOUR_MS);
    expect(places.has(ended)).toBe(false);
  });
});
