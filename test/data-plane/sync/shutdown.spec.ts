import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addDays } from '../../../src/kernel/calendar.js';
import { holdPage } from './support/hold-page.js';
import { makePots, truthOf } from './support/make-pots.js';
import { SyncApp } from './support/sync-app.js';
import { TeapotServer } from './support/teapot-server.js';

let teapot: TeapotServer;
let app: SyncApp;

beforeAll(async () => {
  teapot = await TeapotServer.open();
  app = await SyncApp.start(teapot, { role: 'all' });
});

afterAll(() => app.close());

it('a process that is told to stop in the middle of a slice saves it, and the next one goes on from there', async () => {
  const now = Date.now();
  const connected = await app.connect(
    teapot.account({ pots: makePots(now, 110, 3), pageSize: 2, refills: [] }),
  );
  const page = holdPage(teapot, '2');
  const { tenant, id } = connected;
  // Nobody calls the worker: its own sweep finds what is due.
  await app.in(tenant, () =>
    app.schedule.hasten({ integrationId: id, dueAt: new Date(), cause: 'connect' }),
  );
  await page.asked;
  await app.worker.stop();
  page.letGo();
  const [paused] = (await app.runs(connected)).items;
  expect(paused.status).toBe('paused');
  expect(paused.pages).toBeGreaterThanOrEqual(1);
  const [row] = await app.app.foundation.catalog.query<{ lease_holder: string | null }>(
    'SELECT lease_holder FROM sync_schedule WHERE integration_id = $1 AND due_at <= $2',
    [id, new Date()],
  );
  expect(row).toEqual({ lease_holder: null });

  // Stopped for good: its sweeps take nothing any more.
  teapot.calls.length = 0;
  await sleep(1_500);
  expect(teapot.calls).toHaveLength(0);

  await app.syncFully(connected);
  const [first] = teapot.calls.filter(({ path }) => path === '/pots');
  expect(first?.query.get('after')).toBe('2');
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: connected.account.zone }).format(now);
  const from = addDays(today, -90);
  expect(await app.stored(connected, from, today)).toEqual(truthOf(connected.account, from, today));
  expect((await app.runs(connected)).items).toMatchObject([{ status: 'done' }]);
}, 60_000);
