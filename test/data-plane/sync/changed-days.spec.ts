import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addDays } from '../../../src/kernel/calendar.js';
import { makePots, truthOf } from './support/make-pots.js';
import { type Connected, SyncApp } from './support/sync-app.js';
import { type Pot, TeapotServer } from './support/teapot-server.js';

const START = Date.parse('2026-03-10T11:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let teapot: TeapotServer;
let app: SyncApp;
let now = START;
let connected: Connected;

beforeAll(async () => {
  teapot = await TeapotServer.open();
  app = await SyncApp.start(teapot);
  app.settings.now = () => now;
});

afterAll(() => app.close());

beforeEach(async () => {
  now = START;
  connected = await app.connect(teapot.account({ pots: makePots(START, 110, 2), pageSize: 50 }));
  await app.syncFully(connected);
});

async function after(ms: number): Promise<void> {
  now += ms;
  teapot.calls.length = 0;
  await app.syncFully(connected);
}

const potOn = (daysAgo: number): Pot => {
  const at = now - daysAgo * DAY;
  const pot = connected.account.pots.find((it) => Math.abs(it.at - at) < DAY);
  if (pot === undefined) throw new Error('No pot was sold then.');
  return pot;
};

const states = () => app.coverage(connected, 'tea.revenue', '2026-02-27', '2026-03-10');

async function expectTruth(): Promise<void> {
  const today = new Date(now).toISOString().slice(0, 10);
  const oldest = addDays('2026-03-10', -100);
  expect(await app.stored(connected, oldest, today)).toEqual(
    truthOf(connected.account, oldest, today),
  );
}

describe('days that change after they were read', () => {
  it('are read again often while they are new', async () => {
    potOn(0.5).amount += 1_000_000;
    await after(16 * MINUTE);
    await expectTruth();
    // Yesterday and today, and not the whole look-back.
    expect(teapot.potSlices.map((from) => new Date(from).toISOString())).toEqual([
      '2026-03-08T23:00:00.000Z',
    ]);
  });

  it('are read again within a day while they are in the look-back', async () => {
    potOn(8).amount += 1_000_000;
    connected.account.pots.push({ ...potOn(9), id: 'late', amount: 77 });
    await after(25 * HOUR);
    await expectTruth();
  });

  it('lose what the provider took back', async () => {
    const gone = potOn(1);
    connected.account.pots.splice(connected.account.pots.indexOf(gone), 1);
    await after(16 * MINUTE);
    await expectTruth();
  });

  it('are final once they were read after their look-back', async () => {
    expect(await states()).toEqual([1, ...Array<number>(11).fill(2)]);
    await after(25 * HOUR);
    expect(await states()).toEqual([1, 1, ...Array<number>(10).fill(2)]);
  });
});

describe('a program that was off for three weeks', () => {
  it('reads what it missed, and what changed after it looked last', async () => {
    const edited = potOn(9);
    now = START + 21 * DAY;
    connected.account.pots.push(...makePots(now, 21, 2, 7));
    edited.amount += 1_000_000;
    await after(0);
    await expectTruth();
    const days = await app.coverage(connected, 'tea.revenue', '2026-03-01', '2026-03-31');
    expect(days).not.toContain(0);
    expect(days.indexOf(2)).toBe(20);
  });
});

describe('reading the same again', () => {
  it('changes nothing', async () => {
    const oldest = addDays('2026-03-10', -100);
    const before = await app.stored(connected, oldest, '2026-03-10');
    await after(26 * HOUR);
    expect(await app.stored(connected, oldest, '2026-03-10')).toEqual(before);
  });
});

describe('an account whose time zone or currency changes', () => {
  it('is read anew from the beginning, and nothing of before is left', async () => {
    const zone = 'Pacific/Auckland';
    connected.account.zone = zone;
    await after(25 * HOUR);
    const oldest = addDays('2026-03-12', -100);
    expect(await app.stored(connected, '2025-11-01', '2026-03-12')).toEqual(
      truthOf(connected.account, oldest, '2026-03-12'),
    );
    const answer = await app.app.call('GET', `/v1/integrations/${connected.id}`, {
      key: connected.tenant.key,
    });
    expect(answer.body.account.timeZone).toBe(zone);
  });

  it('stays as it was where the provider names a zone that there is not', async () => {
    connected.account.zone = 'Mars/Phobos';
    await after(25 * HOUR);
    connected.account.zone = 'Europe/Berlin';
    await expectTruth();
    const { items } = await app.runs(connected);
    expect(items[0]).toMatchObject({ status: 'done', problem: { code: 'provider_page_broken' } });
  });
});
