import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays } from '../../../src/kernel/calendar.js';
import { makePots, truthOf } from './support/make-pots.js';
import { type Connected, SyncApp } from './support/sync-app.js';
import { TeapotServer } from './support/teapot-server.js';

let teapot: TeapotServer;
let app: SyncApp;
let connected: Connected;
let now = Date.now();

beforeAll(async () => {
  teapot = await TeapotServer.open();
  app = await SyncApp.start(teapot);
  app.settings.now = () => now;
  connected = await app.connect(teapot.account({ pots: makePots(now, 110, 1), pageSize: 50 }));
});

afterAll(() => app.close());

const call = (method: string, path: string, key = connected.tenant.key) =>
  app.app.call(method, path, { key, ...(method === 'POST' ? { body: {} } : {}) });

describe('asking for a sync', () => {
  it('makes it due now, and asking again changes nothing', async () => {
    const path = `/v1/integrations/${connected.id}/sync`;
    const first = await call('POST', path);
    expect(first.status).toBe(202);
    expect(Date.parse(first.body.nextSyncAt)).toBe(now);
    now += 5;
    expect((await call('POST', path)).body).toEqual(first.body);
    await app.worker.sweep();
    await app.worker.idle();
    const { items } = await app.runs(connected);
    expect(items).toMatchObject([{ cause: 'request', status: 'done' }]);
    // Not again right away: a little later.
    const again = await call('POST', path);
    expect(Date.parse(again.body.nextSyncAt)).toBe(Date.parse(items[0].startedAt) + 15_000);
  });

  it('reads everything again that may have changed, whenever it was read last', async () => {
    now += 60_000;
    const edited = connected.account.pots.filter(({ at }) => at < now - 8 * 86_400_000).at(-1);
    if (edited === undefined) throw new Error('Nothing was sold then.');
    edited.amount += 1_000_000;
    await app.turn(connected, undefined, 'request');
    const today = new Date(now).toISOString().slice(0, 10);
    const from = addDays(today, -90);
    expect(await app.stored(connected, from, today)).toEqual(
      truthOf(connected.account, from, today),
    );
  });

  it('is refused where there is nothing to sync', async () => {
    const other = await app.connect(teapot.account());
    await app.app.call('DELETE', `/v1/integrations/${other.id}`, { key: other.tenant.key });
    const answer = await call('POST', `/v1/integrations/${other.id}/sync`, other.tenant.key);
    expect([404, 409]).toContain(answer.status);
  });

  it('of another tenant is answered like one of nobody', async () => {
    const stranger = await app.app.signUp();
    for (const [method, rest] of [
      ['POST', 'sync'],
      ['GET', 'runs'],
    ] as const) {
      const [foreign, absent] = [
        await call(method, `/v1/integrations/${connected.id}/${rest}`, stranger.key),
        await call(method, `/v1/integrations/int_aaaaaaaaaaaaaaaaaaaa/${rest}`, stranger.key),
      ];
      expect(foreign.status).toBe(404);
      expect({ ...foreign.body, requestId: '' }).toEqual({ ...absent.body, requestId: '' });
    }
  });
});

describe('the runs of an integration', () => {
  it('are told with their counts, newest first, page by page', async () => {
    for (let run = 0; run < 3; run += 1) {
      now += 3_600_000;
      await app.syncFully(connected);
    }
    const whole = await call('GET', `/v1/integrations/${connected.id}/runs`);
    const ids = whole.body.items.map(({ id }: { id: string }) => id);
    expect(ids).toHaveLength(5);
    const started = whole.body.items.map(({ startedAt }: { startedAt: string }) => startedAt);
    expect(started).toEqual(started.toSorted().toReversed());
    const [first] = whole.body.items.slice(-1);
    const records = connected.account.pots.filter(({ at }) => at > now - 102 * 86_400_000).length;
    expect(first.records).toBeGreaterThan(records - 5);
    expect(first).toMatchObject({ quarantined: 0, withheld: {}, problem: null });

    const paged: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '?limit=3' : `?limit=3&cursor=${cursor}`;
      const { body } = await call('GET', `/v1/integrations/${connected.id}/runs${query}`);
      paged.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
    }
    expect(paged).toEqual(ids);
    expect((await call('GET', `/v1/integrations/${connected.id}/runs?cursor=bad`)).status).toBe(
      422,
    );
  });

  it('come with how far history is', async () => {
    const { streams } = await app.runs(connected);
    expect(streams.map(({ stream }: { stream: string }) => stream)).toEqual([
      'kettles',
      'pots',
      'refills',
    ]);
    expect(streams[1]).toMatchObject({ gaps: 0, historyComplete: true, problem: null });
    expect(streams[1].from).toBe(streams[1].historyFrom);
  });

  it('count what was withheld by rule, and say nothing of what it was', async () => {
    const pots = makePots(now, 2, 2).map((pot) => ({ ...pot, kind: 'ada.lovelace@example.com' }));
    const other = await app.connect(teapot.account({ pots }));
    await app.syncFully(other);
    const runs = await app.runs(other);
    expect(Object.keys(runs.items[0].withheld)).toEqual(['email-address']);
    expect(JSON.stringify(runs)).not.toContain('lovelace');
  });
});
