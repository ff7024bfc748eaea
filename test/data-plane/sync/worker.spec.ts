import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_TOKEN, type SignedUp } from '../../support/test-app.js';
import { makePots } from './support/make-pots.js';
import { type Connected, SyncApp } from './support/sync-app.js';
import { TeapotServer } from './support/teapot-server.js';

const START = Date.parse('2026-03-10T11:00:00Z');

let teapot: TeapotServer;
let app: SyncApp;

beforeAll(async () => {
  teapot = await TeapotServer.open();
  app = await SyncApp.start(teapot, { tenantRequestsPerSecond: 10_000 });
});

afterAll(() => app.close());

afterEach(async () => {
  teapot.instead = () => null;
  await app.worker.idle();
});

const connect = (tenant?: SignedUp): Promise<Connected> =>
  app.connect(teapot.account({ pots: makePots(START, 5, 1), pageSize: 50 }), tenant);

const hasten = ({ tenant, id }: Connected, dueAt = new Date()): Promise<void> =>
  app.in(tenant, () => app.schedule.hasten({ integrationId: id, dueAt, cause: 'connect' }));

const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000);

const isScheduled = async ({ id }: Connected): Promise<boolean> => {
  const text = 'SELECT FROM sync_schedule WHERE integration_id = $1';
  return (await app.app.foundation.catalog.query(text, [id])).length === 1;
};

describe('the worker', () => {
  it('runs what is due, and says when it is due again', async () => {
    const connected = await connect();
    await hasten(connected);
    await app.worker.sweep();
    await app.worker.idle();
    const runs = await app.runs(connected);
    expect(runs.items).toMatchObject([{ status: 'done', cause: 'connect' }]);
    expect(Date.parse(runs.nextSyncAt)).toBeGreaterThan(Date.now());
    expect(runs.lagSeconds).toBeLessThan(60);
    expect(await isScheduled(connected)).toBe(true);
  });

  it('serves a tenant with one integration as soon as one with fifty', async () => {
    const many = await app.app.signUp();
    const crowd: Connected[] = [];
    for (let count = 0; count < 50; count += 1) crowd.push(await connect(many));
    const lonely = await connect();
    // The crowd has waited for longer.
    for (const connected of crowd) await hasten(connected, ago(60));
    await hasten(lonely, ago(1));
    const order: string[] = [];
    teapot.instead = ({ path, account }) => {
      if (path === '/account') order.push(account.id);
      return null;
    };
    await app.worker.sweep();
    expect(app.worker.running).toBeLessThanOrEqual(app.settings.slots);
    await app.worker.idle();
    while (order.length < 51) {
      await app.worker.sweep();
      await app.worker.idle();
    }
    expect(order.indexOf(lonely.account.id)).toBeLessThan(app.settings.slotsPerTenant + 1);
    expect(new Set(order).size).toBe(51);
  }, 120_000);

  it('leaves the integrations of a suspended tenant alone', async () => {
    const connected = await connect();
    await hasten(connected);
    const suspended = await app.app.call('POST', `/admin/tenants/${connected.tenant.id}/suspend`, {
      key: ADMIN_TOKEN,
      body: {},
    });
    expect(suspended.status).toBe(200);
    teapot.calls.length = 0;
    await app.worker.sweep();
    await app.worker.idle();
    expect(teapot.calls).toHaveLength(0);
    expect(await isScheduled(connected)).toBe(true);
  });

  it('forgets what is no longer connected', async () => {
    const connected = await connect();
    await app.app.call('DELETE', `/v1/integrations/${connected.id}`, { key: connected.tenant.key });
    await hasten(connected);
    await app.worker.sweep();
    await app.worker.idle();
    expect(await isScheduled(connected)).toBe(false);
  });

  it('takes over what a dead worker held when its lease is over', async () => {
    const connected = await connect();
    await hasten(connected);
    const options = { holder: 'dead', limit: 1, perTenant: 1, leaseMs: 1_500 };
    const claimed = await app.app.foundation.tenancy.central(() => app.schedule.claim(options));
    expect(claimed).toMatchObject([{ integrationId: connected.id }]);
    await app.worker.sweep();
    expect(app.worker.running).toBe(0);
    while ((await app.runs(connected)).items.length === 0) {
      await app.worker.sweep();
      await app.worker.idle();
    }
    expect((await app.runs(connected)).items).toMatchObject([{ status: 'done' }]);
  });
});
