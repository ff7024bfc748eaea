import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays } from '../../../src/kernel/calendar.js';
import { allowCalls } from './support/allow-calls.js';
import { makePots, truthOf } from './support/make-pots.js';
import { SyncApp } from './support/sync-app.js';
import { TeapotServer } from './support/teapot-server.js';

const NOW = Date.parse('2026-03-10T11:00:00Z');
const TODAY = '2026-03-10';
const OLDEST = addDays(TODAY, -100);

let teapot: TeapotServer;
let app: SyncApp;

beforeAll(async () => {
  teapot = await TeapotServer.open();
  app = await SyncApp.start(teapot);
  app.settings.now = () => NOW;
});

afterAll(() => app.close());

describe('the first sync', () => {
  it('brings every value of every day, exact', async () => {
    const account = teapot.account({ pots: makePots(NOW, 110, 6) });
    const connected = await app.connect(account);
    await app.syncFully(connected);
    const truth = truthOf(account, OLDEST, TODAY);
    expect(Object.keys(truth).length).toBeGreaterThan(500);
    expect(await app.stored(connected, OLDEST, TODAY)).toEqual(truth);
    const runs = await app.runs(connected);
    expect(runs.items).toMatchObject([{ status: 'done', problem: null, quarantined: 0 }]);
    expect(runs.lastSyncedAt).toBe(new Date(NOW).toISOString());
  });

  it('reads the newest month of all streams first, then history month by month', async () => {
    const account = teapot.account({ pots: makePots(NOW, 110, 1) });
    const connected = await app.connect(account);
    teapot.calls.length = 0;
    // One after the other, so that their order is that of their beginnings.
    await allowCalls(app, 1, () => app.syncFully(connected));
    const firsts = teapot.calls
      .filter(({ query }) => !query.has('after'))
      .map(({ path, query }) =>
        path === '/pots' ? new Date(Number(query.get('to'))).toISOString().slice(0, 7) : path,
      );
    expect(firsts).toEqual([
      '/account',
      '2026-03',
      '/kettles',
      '2026-02',
      '/refills',
      '2026-01',
      '2025-12',
      '2025-11',
    ]);
  });
});
