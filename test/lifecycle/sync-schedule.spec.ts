import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/kernel/ids.js';
import type { TenantRecord } from '../../src/tenancy/tenant-record.js';
import {
  type ControlPlane,
  openControlPlane,
  type Premises,
  TEST_ACTOR,
} from '../support/lifecycle-control-plane.js';
import { OpenSchedule } from '../support/catalog-ports.js';
import { createPremises, removePremises } from '../support/lifecycle-premises.js';

const LEASE_MS = 60_000;
const ago = (ms: number): Date => new Date(Date.now() - ms);
const later = (ms: number): Date => new Date(Date.now() + ms);

let premises: Premises;
let plane: ControlPlane;
let schedule: OpenSchedule;
let a: TenantRecord;
let b: TenantRecord;

beforeAll(async () => {
  premises = await createPremises();
  plane = await openControlPlane(premises);
  schedule = new OpenSchedule(plane);
  a = await plane.open('schema');
  b = await plane.open('schema');
});

beforeEach(() => plane.catalog.query('DELETE FROM sync_schedule'));

afterAll(async () => {
  await plane?.close();
  await removePremises(premises);
});

async function due(tenant: TenantRecord, dueAt: Date, integrationId = newId('int')) {
  await schedule.hasten({ tenantId: tenant.id, integrationId, dueAt, cause: 'schedule' });
  return integrationId;
}

const claim = (more: Partial<Parameters<OpenSchedule['claim']>[0]> = {}) =>
  schedule.claim({ holder: 'w1', limit: 100, perTenant: 100, leaseMs: LEASE_MS, ...more });

async function rowOf(integrationId: string) {
  const [row] = await plane.catalog.query<{
    due_at: Date | number;
    cause: string;
    failures: number;
  }>('SELECT due_at, cause, failures FROM sync_schedule WHERE integration_id = $1', [
    integrationId,
  ]);
  return row;
}

async function lapse(integrationId: string): Promise<void> {
  await plane.catalog.query(
    `UPDATE sync_schedule SET lease_until = now() - interval '1 second' WHERE integration_id = $1`,
    [integrationId],
  );
}

describe('hastening', () => {
  test('moves a time forward and never back', async () => {
    const id = await due(a, later(60_000));
    await due(a, later(120_000), id);
    expect((await rowOf(id))?.cause).toBe('schedule');
    const sooner = later(1_000);
    await schedule.hasten({ tenantId: a.id, integrationId: id, dueAt: sooner, cause: 'webhook' });
    expect(await rowOf(id)).toMatchObject({ due_at: sooner, cause: 'webhook' });
  });

  test('of one integration by many at once makes one entry, the earliest', async () => {
    const id = newId('int');
    const times = Array.from({ length: 20 }, (_, at) => later(60_000 - at * 1_000));
    await Promise.all(times.map((time) => due(a, time, id)));
    expect((await rowOf(id))?.due_at).toEqual(times.at(-1));
  });
});

describe('claiming', () => {
  test('takes what is due, those waiting for longest first, and each once', async () => {
    const ids = [await due(a, ago(3_000)), await due(a, ago(9_000)), await due(b, ago(6_000))];
    await due(a, later(60_000));
    const first = await claim({ limit: 2 });
    expect(first.map(({ integrationId }) => integrationId).toSorted()).toEqual(
      [ids[1], ids[2]].toSorted(),
    );
    expect(await claim()).toEqual([
      { tenantId: a.id, integrationId: ids[0], cause: 'schedule', failures: 0, ending: false },
    ]);
    expect(await claim()).toEqual([]);
  });

  test('by many at once gives nothing to two', async () => {
    for (let at = 0; at < 40; at += 1) await due(at % 2 === 0 ? a : b, ago(at));
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, at) => claim({ holder: `w${at}`, limit: 10 })),
    );
    const ids = taken.flat().map(({ integrationId }) => integrationId);
    expect(new Set(ids).size).toBe(ids.length);
    const rest = await claim({ limit: 100 });
    expect(ids.length + rest.length).toBe(40);
  });

  test('gives a tenant no more than its share, those under way counted', async () => {
    for (let at = 0; at < 10; at += 1) await due(a, ago(100_000 + at));
    const ofB = await due(b, ago(1));
    const first = await claim({ perTenant: 3, limit: 100 });
    expect(first.filter(({ tenantId }) => tenantId === a.id)).toHaveLength(3);
    expect(first.map(({ integrationId }) => integrationId)).toContain(ofB);
    expect(await claim({ perTenant: 3 })).toEqual([]);
    const [done] = first.filter(({ tenantId }) => tenantId === a.id);
    if (done === undefined) throw new Error('Nothing was claimed.');
    await schedule.settle(done.integrationId, 'w1', { dueAt: later(60_000), failures: 0 });
    expect(await claim({ perTenant: 3 })).toHaveLength(1);
  });

  test('leaves alone what belongs to a tenant that is suspended', async () => {
    const tenant = await plane.open('schema');
    const id = await due(tenant, ago(1_000));
    await plane.catalog.query(`UPDATE tenants SET status = 'suspended' WHERE id = $1`, [tenant.id]);
    expect(await claim()).toEqual([]);
    await plane.catalog.query(`UPDATE tenants SET status = 'active' WHERE id = $1`, [tenant.id]);
    expect((await claim()).map(({ integrationId }) => integrationId)).toEqual([id]);
  });

  test('finds again what a worker left that died', async () => {
    const id = await due(a, ago(1_000));
    await claim({ holder: 'dead' });
    expect(await claim({ holder: 'next' })).toEqual([]);
    await lapse(id);
    expect((await claim({ holder: 'next' })).map(({ integrationId }) => integrationId)).toEqual([
      id,
    ]);
    expect(await schedule.renew(id, 'dead', LEASE_MS)).toBe(false);
    await schedule.settle(id, 'dead', { dueAt: ago(1), failures: 9 });
    expect(await schedule.renew(id, 'next', LEASE_MS)).toBe(true);
    expect((await rowOf(id))?.failures).toBe(0);
  });
});

describe('settling', () => {
  test('sets the next time, and counts failures', async () => {
    const id = await due(a, ago(1_000));
    await claim();
    const next = later(900_000);
    await schedule.settle(id, 'w1', { dueAt: next, failures: 2 });
    expect(await rowOf(id)).toEqual({ due_at: next, cause: 'schedule', failures: 2 });
    await due(a, ago(1), id);
    expect(await claim()).toMatchObject([{ failures: 2 }]);
  });

  test('lets what came in meanwhile win where it is earlier', async () => {
    const id = await due(a, ago(1_000));
    await claim();
    const hint = later(15_000);
    await schedule.hasten({ tenantId: a.id, integrationId: id, dueAt: hint, cause: 'webhook' });
    // Not while it is worked on, hint or not.
    expect(await claim({ holder: 'w2' })).toEqual([]);
    await schedule.settle(id, 'w1', { dueAt: later(900_000), failures: 0 });
    expect(await rowOf(id)).toMatchObject({ due_at: hint, cause: 'webhook' });
  });

  test('does not lose what came in for later than the lease', async () => {
    const id = await due(a, ago(1_000));
    await claim({ leaseMs: 1_000 });
    const hint = later(30_000);
    await schedule.hasten({ tenantId: a.id, integrationId: id, dueAt: hint, cause: 'request' });
    await schedule.settle(id, 'w1', { dueAt: later(900_000), failures: 0 });
    expect(await rowOf(id)).toMatchObject({ due_at: hint, cause: 'request' });
  });

  test('of one that was removed meanwhile does not bring it back', async () => {
    const id = await due(a, ago(1_000));
    await claim();
    await schedule.remove(id);
    await schedule.settle(id, 'w1', { dueAt: later(1), failures: 0 });
    expect(await rowOf(id)).toBeUndefined();
    expect(await schedule.renew(id, 'w1', LEASE_MS)).toBe(false);
  });
});

const end = (tenant: TenantRecord, integrationId: string, holder = 'e1') =>
  schedule.end({ tenantId: tenant.id, integrationId, holder, leaseMs: LEASE_MS });

describe('the end of an integration', () => {
  test('is in the schedule whatever was there before, and due when who began it has died', async () => {
    const [known, unknown] = [await due(a, later(900_000)), newId('int')];
    expect(await end(a, known)).toBe(true);
    expect(await end(a, unknown)).toBe(true);
    expect(await claim()).toEqual([]);
    await lapse(known);
    await lapse(unknown);
    const claimed = await claim();
    expect(claimed).toHaveLength(2);
    expect(claimed.every(({ ending, failures }) => ending && failures === 0)).toBe(true);
  });

  test('takes the place of a sync at once, whose worker finds it lost', async () => {
    const id = await due(a, ago(1_000));
    await claim({ holder: 'sync' });
    expect(await end(a, id)).toBe(true);
    expect(await schedule.renew(id, 'sync', LEASE_MS)).toBe(false);
    expect(await schedule.giveUp(id, 'sync')).toBe(false);
    await schedule.settle(id, 'sync', { dueAt: ago(1), failures: 0 });
    expect(await claim()).toEqual([]);
  });

  test('is begun by one of many at once, and by another when that one has given it back or died', async () => {
    const id = newId('int');
    const holders = Array.from({ length: 10 }, (_, at) => `e${at}`);
    const begun = await Promise.all(holders.map((holder) => end(a, id, holder)));
    expect(begun.filter(Boolean)).toHaveLength(1);
    const first = holders[begun.indexOf(true)] ?? '';
    await schedule.settle(id, first, { dueAt: later(60_000), failures: 3 });
    expect(await end(a, id, 'next')).toBe(true);
    expect((await rowOf(id))?.failures).toBe(0);
    expect(await end(a, id, 'third')).toBe(false);
    await lapse(id);
    expect(await end(a, id, 'third')).toBe(true);
  });

  test('stays in the schedule whoever else would take it out, until who has it gives it up', async () => {
    const id = await due(a, ago(1_000));
    await end(a, id);
    await schedule.remove(id);
    expect(await rowOf(id)).toBeDefined();
    expect(await schedule.giveUp(id, 'e1')).toBe(true);
    expect(await rowOf(id)).toBeUndefined();
  });

  test('is gone on with where the tenant is suspended or closing, and never begun where it is deleted', async () => {
    const tenant = await plane.open('schema');
    const ended = newId('int');
    await due(tenant, ago(1_000));
    const statusIs = (status: string) =>
      plane.catalog.query('UPDATE tenants SET status = $2 WHERE id = $1', [tenant.id, status]);
    for (const status of ['suspended', 'closing']) {
      await statusIs(status);
      expect(await end(tenant, ended, status)).toBe(true);
      await lapse(ended);
      expect(await claim({ holder: status })).toMatchObject([{ integrationId: ended }]);
      await schedule.settle(ended, status, { dueAt: later(60_000), failures: 1 });
    }
    await statusIs('purging');
    expect(await end(tenant, newId('int'))).toBe(false);
    await lapse(ended);
    expect(await claim()).toEqual([]);
    await statusIs('active');
  });
});

describe('giving up', () => {
  test('takes out what is held, and by whoever holds it alone', async () => {
    const id = await due(a, ago(1_000));
    await claim();
    expect(await schedule.giveUp(id, 'w2')).toBe(false);
    expect(await schedule.giveUp(id, 'w1')).toBe(true);
    expect(await rowOf(id)).toBeUndefined();
  });

  test('does not lose what came in meanwhile', async () => {
    const id = await due(a, ago(1_000));
    await claim();
    const hint = later(1_000);
    await schedule.hasten({ tenantId: a.id, integrationId: id, dueAt: hint, cause: 'connect' });
    expect(await schedule.giveUp(id, 'w1')).toBe(false);
    expect(await rowOf(id)).toMatchObject({ due_at: hint, cause: 'connect' });
    await schedule.hasten({ tenantId: a.id, integrationId: id, dueAt: ago(1), cause: 'connect' });
    expect(await claim({ holder: 'w2' })).toMatchObject([{ integrationId: id }]);
  });
});

const all = () =>
  plane.catalog.query(
    `SELECT tenant_id, due_at, cause, failures, lease_holder, ending FROM sync_schedule
      ORDER BY tenant_id = $1`,
    [a.id],
  );

const ofA = async () => (await all()).filter((row) => row['tenant_id'] === a.id);

describe('an id that two tenants have', () => {
  test('is an entry of each, and nothing that one does changes the other', async () => {
    const id = await due(a, later(60_000));
    const before = await ofA();
    const deeds: (() => Promise<unknown>)[] = [
      () => due(b, ago(1_000), id),
      () => schedule.hasten({ tenantId: b.id, integrationId: id, dueAt: ago(2), cause: 'request' }),
      () => schedule.remove(id),
      () => end(b, id, 'w1'),
      () => schedule.renew(id, 'w1', LEASE_MS),
      () => schedule.settle(id, 'w1', { dueAt: ago(1), failures: 7 }),
      () => end(b, id, 'w1'),
      () => schedule.giveUp(id, 'w1'),
    ];
    for (const deed of deeds) {
      await deed();
      expect(await ofA()).toEqual(before);
    }
  });

  test('held by one worker for both is given back for each alone', async () => {
    const id = await due(a, ago(1_000));
    await due(b, ago(1_000), id);
    const claimed = await claim();
    expect(claimed.map(({ tenantId }) => tenantId).toSorted()).toEqual([a.id, b.id].toSorted());
    const next = { dueAt: later(1_000), failures: 3 };
    await plane.tenancy.run(a.id, TEST_ACTOR, () => schedule.schedule.settle(id, 'w1', next));
    expect((await all()).map((row) => row['lease_holder'])).toEqual(['w1', null]);
  });
});

describe('whose entries are meant', () => {
  test('is said by the scope, and by nothing else', async () => {
    const { schedule: bare } = schedule;
    const id = newId('int');
    const entry = { integrationId: id, dueAt: ago(1), cause: 'request' } as const;
    await expect(bare.hasten(entry)).rejects.toMatchObject({ code: 'no_tenant' });
    await expect(plane.tenancy.central(() => bare.remove(id))).rejects.toMatchObject({
      code: 'no_tenant',
    });
    const options = { holder: 'w1', limit: 1, perTenant: 1, leaseMs: LEASE_MS };
    await expect(bare.claim(options)).rejects.toMatchObject({ code: 'not_central' });
    await expect(
      plane.tenancy.run(a.id, TEST_ACTOR, () => bare.claim(options)),
    ).rejects.toMatchObject({ code: 'not_central' });
  });
});
