import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addDays } from '../../../src/kernel/calendar.js';
import { CrashingSyncs } from './support/crashing-syncs.js';
import { makePots, truthOf } from './support/make-pots.js';
import { SyncApp } from './support/sync-app.js';
import { TeapotServer } from './support/teapot-server.js';

const NOW = Date.parse('2026-03-10T11:00:00Z');
const TODAY = '2026-03-10';
const OLDEST = addDays(TODAY, -100);

let teapot: TeapotServer;
let app: SyncApp;
let crashes: CrashingSyncs;

beforeAll(async () => {
  teapot = await TeapotServer.open();
  app = await SyncApp.start(teapot);
  app.settings.now = () => NOW;
  crashes = new CrashingSyncs(app);
});

afterAll(async () => {
  await crashes.close();
  await app.close();
});

it('a sync that is killed before and after the commit of every page ends with the same rows as one that is not', async () => {
  const refills = [1, 2, 3].map((day) => ({ at: NOW - day * 86_400_000, note: '' }));
  // A month of two pages, and some of one.
  const account = teapot.account({ pots: makePots(NOW, 45, 1), refills, pageSize: 20 });
  const whole = await app.connect(account);
  await app.syncFully(whole);
  const expected = await app.runs(whole);

  const killed = await app.connect(account);
  let deaths = 0;
  for (let commits = 0; ; commits += 1) {
    expect(commits).toBeLessThan(20);
    // The page is read, nothing is written: what comes after reads it again.
    const before = await crashes.syncAndDie(killed, 'before');
    if (before === 'done') break;
    // Written, and nobody was told: what comes after must not read it again.
    expect(await crashes.syncAndDie(killed, 'after')).toBe('killed');
    deaths += 2;
  }
  const pages = expected.items[0].pages;
  expect(pages).toBeGreaterThan(7);
  expect(deaths).toBe(2 * pages);

  const metrics = ['tea.revenue', 'tea.pots', 'tea.shared', 'tea.steeping', 'tea.refills'];
  const rows = await app.stored(killed, OLDEST, TODAY, metrics);
  expect(rows).toEqual(await app.stored(whole, OLDEST, TODAY, metrics));
  expect(rows).toMatchObject(truthOf(account, OLDEST, TODAY));
  for (const metric of metrics) {
    const days = await app.coverage(killed, metric, OLDEST, TODAY);
    expect(days).toEqual(await app.coverage(whole, metric, OLDEST, TODAY));
  }
  // The deaths are not seen in the counts either: it is one run that went on.
  const { items } = await app.runs(killed);
  const { slices, records, points } = expected.items[0];
  expect(items).toMatchObject([{ status: 'done', slices, pages, records, points }]);
}, 300_000);
