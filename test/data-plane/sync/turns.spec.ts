import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SliceWriter } from '../../../src/data-plane/sync/slice/slice-writer.js';
import { addDays } from '../../../src/kernel/calendar.js';
import { holdPage } from './support/hold-page.js';
import { makePots, truthOf } from './support/make-pots.js';
import { type Connected, SyncApp } from './support/sync-app.js';
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

afterEach(() => {
  teapot.instead = () => null;
  app.settings.turnMs = 30_000;
  app.settings.saveEveryMs = 2_000;
});

const connect = (): Promise<Connected> =>
  app.connect(teapot.account({ pots: makePots(NOW, 110, 2), pageSize: 10 }));

async function expectTruth(connected: Connected): Promise<void> {
  expect(await app.stored(connected, OLDEST, TODAY)).toEqual(
    truthOf(connected.account, OLDEST, TODAY),
  );
}

describe('a worker that was taken for dead and was not', () => {
  it('can commit nothing any more', async () => {
    const connected = await connect();
    const page = holdPage(teapot, '10');
    const zombie = app.turn(connected);
    await page.asked;
    await app.syncFully(connected);
    const before = await app.runs(connected);
    page.letGo();
    expect(await zombie).toBe('lost');
    await expectTruth(connected);
    expect(await app.runs(connected)).toEqual(before);
  });

  it('is refused by name', async () => {
    const connected = await connect();
    const writer = app.get(SliceWriter);
    const save = writer.save.bind(writer);
    const errors: unknown[] = [];
    app.settings.saveEveryMs = 0;
    let first = true;
    writer.save = async (...args) => {
      if (first) {
        first = false;
        await app.turn(connected);
      }
      await save(...args).catch((error: unknown) => {
        errors.push((error as { code?: string }).code);
        throw error;
      });
    };
    try {
      expect(await app.turn(connected)).toBe('lost');
    } finally {
      writer.save = save;
    }
    expect(errors).toContain('sync_fenced');
  });
});

describe('two workers at once', () => {
  it('end with the rows of one', async () => {
    const connected = await connect();
    app.settings.saveEveryMs = 0;
    const both = await Promise.all([app.turn(connected), app.turn(connected)]);
    expect(both.filter((next) => next === 'lost')).toHaveLength(1);
    await app.syncFully(connected);
    await expectTruth(connected);
  });
});

describe('a turn', () => {
  it('ends after its time, gives its place back, and goes on where it was', async () => {
    const connected = await connect();
    app.settings.turnMs = 0;
    let turns = 0;
    for (;;) {
      const next = await app.turn(connected);
      if (next === null || next === 'lost') throw new Error('It ended.');
      turns += 1;
      if (next.dueAt.getTime() > NOW) break;
    }
    await expectTruth(connected);
    const { items } = await app.runs(connected);
    expect(items).toMatchObject([{ status: 'done' }]);
    // One page a turn, and each page once.
    expect(turns).toBe(items[0].pages);
    expect(items[0].records).toBe(
      connected.account.pots.filter(({ at }) => at >= Date.parse('2025-11-29T23:00:00Z')).length +
        1,
    );
  });

  it('that is told to stop keeps what it has, at once', async () => {
    const connected = await connect();
    const page = holdPage(teapot, '10');
    const stop = new AbortController();
    const stopped = app.turn(connected, stop.signal);
    await page.asked;
    stop.abort();
    expect(await stopped).toEqual({ dueAt: new Date(NOW), failures: 0 });
    page.letGo();
    teapot.calls.length = 0;
    await app.syncFully(connected);
    const [first] = teapot.calls.filter(({ path }) => path === '/pots');
    expect(first?.query.get('after')).toBe('10');
    await expectTruth(connected);
  });

  it('writes nothing of an integration that was ended meanwhile', async () => {
    const connected = await connect();
    const page = holdPage(teapot, '10');
    const turn = app.turn(connected);
    await page.asked;
    const answer = await app.app.call('DELETE', `/v1/integrations/${connected.id}`, {
      key: connected.tenant.key,
    });
    expect(answer.status).toBe(202);
    page.letGo();
    expect([null, 'lost']).toContain(await turn);
    expect(await app.stored(connected, OLDEST, TODAY)).toEqual({});
  });
});
