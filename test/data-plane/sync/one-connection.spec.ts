import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addDays } from '../../../src/kernel/calendar.js';
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
  app = await SyncApp.start(teapot, { connectionsPerTenant: 1 });
  app.settings.now = () => NOW;
  app.settings.saveEveryMs = 0;
});

afterAll(() => app.close());

it('a tenant that may hold one connection has three integrations read at once, all lanes of each', async () => {
  const tenant = await app.app.signUp();
  const refills = Array.from({ length: 25 }, (_, at) => ({ at: NOW - at * 86_400_000, note: '' }));
  const connected = [];
  for (let seed = 1; seed <= app.settings.slotsPerTenant; seed += 1) {
    const account = teapot.account({ pots: makePots(NOW, 110, 3, seed), refills });
    connected.push(await app.connect(account, tenant));
  }
  await Promise.all(connected.map((it) => app.syncFully(it)));
  for (const it of connected) {
    expect(await app.stored(it, OLDEST, TODAY)).toEqual(truthOf(it.account, OLDEST, TODAY));
    expect((await app.runs(it)).items).toMatchObject([{ status: 'done', problem: null }]);
  }
});
