import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Lanes } from '../../../src/data-plane/sync/run/lanes.js';
import { SliceWriter } from '../../../src/data-plane/sync/slice/slice-writer.js';
import { addDays } from '../../../src/kernel/calendar.js';
import { allowCalls } from './support/allow-calls.js';
import { HeldCalls } from './support/held-calls.js';
import { makePots, truthOf } from './support/make-pots.js';
import { type Connected, SyncApp } from './support/sync-app.js';
import { type Answerer, json, TeapotServer } from './support/teapot-server.js';
import { WatchedPages } from './support/watch-pages.js';

const START = Date.parse('2026-03-10T11:00:00Z');
const TODAY = '2026-03-10';
const OLDEST = addDays(TODAY, -100);
const DAY_MS = 86_400_000;
const METRICS = ['tea.revenue', 'tea.pots', 'tea.shared', 'tea.refills'];

let teapot: TeapotServer;
let app: SyncApp;
let pages: WatchedPages;
let now = START;

beforeAll(async () => {
  teapot = await TeapotServer.open();
  app = await SyncApp.start(teapot);
  app.settings.now = () => now;
});

afterAll(() => app.close());

beforeEach(() => {
  now = START;
  pages = new WatchedPages(app);
});

afterEach(() => {
  pages.stop();
  teapot.instead = () => null;
  app.settings.lanes = 4;
  app.settings.saveEveryMs = 2_000;
});

/** Two streams of several pages, and one of a single page. */
const connect = (): Promise<Connected> => {
  const refills = Array.from({ length: 25 }, (_, at) => ({ at: START - at * DAY_MS, note: '' }));
  return app.connect(teapot.account({ pots: makePots(START, 110, 3), refills, pageSize: 10 }));
};

async function expectTruth(connected: Connected): Promise<void> {
  const stored = await app.stored(connected, OLDEST, TODAY, METRICS);
  const refills = Object.entries(stored).filter(([key]) => key.startsWith('tea.refills'));
  expect(refills).toHaveLength(25);
  expect(new Set(refills.map(([, count]) => count))).toEqual(new Set([1]));
  expect(stored).toMatchObject(truthOf(connected.account, OLDEST, TODAY));
}

/** The second pages of both long streams, held back. */
function holdSecondPages(): HeldCalls {
  return new HeldCalls(teapot, ({ query }) => query.get('after') === '10');
}

/** Calls `hook` when the writer has done this for a stream. */
function afterWriting(
  method: 'save' | 'quarantine' | 'finish',
  stream: string,
  hook: () => void,
): () => void {
  const writer = app.get(SliceWriter);
  const write = writer[method].bind(writer) as (...args: unknown[]) => Promise<unknown>;
  const hooked = async (...args: unknown[]) => {
    const written = await write(...args);
    if ((args[0] as { item: { stream: { name: string } } }).item.stream.name === stream) hook();
    return written;
  };
  Object.assign(writer, { [method]: hooked });
  return () => Object.assign(writer, { [method]: write });
}

const answer =
  (status: number, headers: Record<string, string> = {}): Answerer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end('{}');
  };

describe('a turn', () => {
  it('reads several streams at once: one is answered only when the other was asked', async () => {
    const connected = await connect();
    const held = holdSecondPages();
    const turn = app.turn(connected);
    const asked = await held.until(2);
    expect(asked.map(({ path }) => path).sort()).toEqual(['/pots', '/refills']);
    held.letGo();
    await turn;
    await app.syncFully(connected);
    await expectTruth(connected);
  });

  it('never asks for two pages of one stream at once', async () => {
    const connected = await connect();
    await app.syncFully(connected);
    expect(pages.mostOfOne).toBe(1);
    expect(pages.most).toBe(3);
    await expectTruth(connected);
  });

  it('never reads more streams than it may, and begins with the most pressing', async () => {
    const connected = await connect();
    app.settings.lanes = 2;
    const held = new HeldCalls(teapot, ({ path }) => path !== '/account');
    const turn = app.turn(connected);
    await held.until(2);
    expect(held.of('/pots').query.has('after')).toBe(false);
    held.of('/kettles').answer();
    // The place of the one that is done is taken by the next.
    await held.until(2);
    expect(held.of('/refills').query.has('after')).toBe(false);
    held.letGo();
    await turn;
    expect(pages).toMatchObject({ now: 0, most: 2, mostOfOne: 1 });
    await expectTruth(connected);
  });

  it('never reads more streams than the provider allows calls at once', async () => {
    const connected = await connect();
    await allowCalls(app, 1, () => app.syncFully(connected));
    expect(pages.most).toBe(1);
    await expectTruth(connected);
  });

  it('commits for one lane after the other, so that it takes one connection of the tenant', async () => {
    const connected = await connect();
    app.settings.saveEveryMs = 0;
    const writer = app.get(SliceWriter);
    let writing = 0;
    let most = 0;
    const restore = (['save', 'finish'] as const).map((method) => {
      const write = writer[method].bind(writer) as (...args: unknown[]) => Promise<unknown>;
      const counted = async (...args: unknown[]) => {
        writing += 1;
        most = Math.max(most, writing);
        return write(...args).finally(() => (writing -= 1));
      };
      Object.assign(writer, { [method]: counted });
      return () => Object.assign(writer, { [method]: write });
    });
    try {
      await app.syncFully(connected);
    } finally {
      for (const it of restore) it();
    }
    expect(most).toBe(1);
    await expectTruth(connected);
  });
});

describe('when time is up', () => {
  it('every lane saves at its next page, and the next turn goes on there and counts nothing twice', async () => {
    const whole = await connect();
    await app.syncFully(whole);
    const [expected] = (await app.runs(whole)).items;

    const connected = await connect();
    const held = holdSecondPages();
    const turn = app.turn(connected);
    await held.until(2);
    now += app.settings.turnMs;
    held.letGo();
    expect(await turn).toEqual({ dueAt: new Date(now), failures: 0 });
    expect(pages.now).toBe(0);
    expect((await app.runs(connected)).items).toMatchObject([{ status: 'paused', pages: 5 }]);

    teapot.calls.length = 0;
    await app.syncFully(connected);
    const firstOf = (asked: string) => teapot.calls.find(({ path }) => path === asked);
    expect(firstOf('/pots')?.query.get('after')).toBe('20');
    expect(firstOf('/refills')?.query.get('after')).toBe('20');
    expect(firstOf('/kettles')).toBeUndefined();
    await expectTruth(connected);
    const { slices, pages: read, records, points } = expected;
    expect((await app.runs(connected)).items).toMatchObject([
      { status: 'done', slices, pages: read, records, points },
    ]);
  });
});

describe('a lane that fails', () => {
  it.each([
    ['to wait', answer(429, { 'retry-after': '3600' }), { status: 'paused', problem: null }],
    [
      'that the account is closed for now',
      answer(402),
      { status: 'failed', problem: { code: 'provider_paused' } },
    ],
  ])(
    'because it is told %s lets the others save at their next page, and nothing is read behind it',
    async (_, refusal, run) => {
      const connected = await connect();
      const held = holdSecondPages();
      // What the failing lane had is written down before the other one is answered.
      const restore = afterWriting('save', 'refills', () => held.letGo());
      const turn = app.turn(connected);
      await held.until(2);
      held.of('/refills').answer(refusal);
      const next = await turn;
      restore();
      if (next === null || next === 'lost') throw new Error('It was given up.');
      expect(next.dueAt.getTime()).toBeGreaterThanOrEqual(now + 3_600_000);
      expect(pages.leftBehind).toEqual([0]);
      // One of the kettles, one of the refills, two of the pots; the pots' slice has more.
      const { items, streams } = await app.runs(connected);
      expect(items).toMatchObject([{ ...run, pages: 4 }]);
      const begins = streams.map(({ from }: { from: string | null }) => from);
      expect(begins).toEqual([TODAY, null, null]);
    },
  );

  it('because access ended says so, whatever that keeps the others from', async () => {
    const connected = await connect();
    const held = holdSecondPages();
    pages.failed = () => held.letGo();
    const turn = app.turn(connected);
    await held.until(2);
    held.of('/refills').answer(answer(401));
    expect(await turn).toBeNull();
    expect(pages.leftBehind).toEqual([0]);
    const { items } = await app.runs(connected);
    expect(items).toMatchObject([{ status: 'failed', problem: { code: 'reconnect_needed' } }]);
    const shown = await app.app.call('GET', `/v1/integrations/${connected.id}`, {
      key: connected.tenant.key,
    });
    expect(shown.body).toMatchObject({ status: 'reconnect' });
  });

  it('is gone on with where it was', async () => {
    const connected = await connect();
    let broken = true;
    teapot.instead = ({ path, query }) =>
      broken && path === '/refills' && query.get('after') === '10' ? answer(503) : null;
    const next = await app.turn(connected);
    if (next === null || next === 'lost') throw new Error('It was given up.');
    expect(next.failures).toBe(1);
    expect(pages.now).toBe(0);
    broken = false;
    teapot.calls.length = 0;
    await app.syncFully(connected);
    const [first] = teapot.calls.filter(({ path }) => path === '/refills');
    expect(first?.query.get('after')).toBe('10');
    await expectTruth(connected);
  });

  it('for a page that cannot be understood keeps none of the others from going on', async () => {
    const connected = await connect();
    const held = holdSecondPages();
    const restore = afterWriting('quarantine', 'refills', () => held.letGo());
    const turn = app.turn(connected);
    await held.until(2);
    held.of('/refills').answer((_, response) => json(response, 200, { refills: 0 }));
    await turn;
    restore();
    const { streams, items } = await app.runs(connected);
    expect(items).toMatchObject([
      { status: 'done', quarantined: 1, problem: { code: 'provider_page_broken' } },
    ]);
    expect(streams[1]).toMatchObject({ stream: 'pots', historyComplete: true, gaps: 0 });
    expect(await app.stored(connected, OLDEST, TODAY)).toEqual(
      truthOf(connected.account, OLDEST, TODAY),
    );
    now += 2 * 60_000;
    await app.syncFully(connected);
    await expectTruth(connected);
  });
});

describe('the lanes of a worker that was taken for dead and was not', () => {
  it('commit nothing', async () => {
    const connected = await connect();
    const held = holdSecondPages();
    const zombie = app.turn(connected);
    const late = await held.until(2);
    teapot.instead = () => null;
    await app.syncFully(connected);
    const before = await app.runs(connected);
    for (const call of late) call.answer();
    expect(await zombie).toBe('lost');
    expect(pages.now).toBe(0);
    await expectTruth(connected);
    expect(await app.runs(connected)).toEqual(before);
  });

  it('and end with the rows of one where both go on', async () => {
    const connected = await connect();
    app.settings.saveEveryMs = 0;
    const both = await Promise.all([app.turn(connected), app.turn(connected)]);
    expect(both.filter((next) => next === 'lost')).toHaveLength(1);
    await app.syncFully(connected);
    await expectTruth(connected);
  });
});

describe('a turn that is told to stop', () => {
  it('keeps what all lanes have', async () => {
    const connected = await connect();
    const held = holdSecondPages();
    const stop = new AbortController();
    const turn = app.turn(connected, stop.signal);
    await held.until(2);
    stop.abort();
    expect(await turn).toEqual({ dueAt: new Date(now), failures: 0 });
    held.letGo();
    teapot.calls.length = 0;
    await app.syncFully(connected);
    for (const asked of ['/pots', '/refills']) {
      const first = teapot.calls.find(({ path }) => path === asked);
      expect(first?.query.get('after')).toBe('10');
    }
    await expectTruth(connected);
  });
});

describe('lanes', () => {
  it('begin nothing more after a failure, and are over when the last is', async () => {
    const after = new EventTarget();
    const held = new Promise((resolve) => after.addEventListener('failed', resolve));
    const failure = new Error('It fails.');
    const done: string[] = [];
    const works = [
      () => held.then(() => void done.push('slow')),
      () =>
        Promise.reject(failure).finally(() =>
          setImmediate(() => after.dispatchEvent(new Event('failed'))),
        ),
      () => Promise.resolve(void done.push('too late')),
    ];
    await expect(new Lanes(2, () => works.shift() ?? null).run()).rejects.toBe(failure);
    expect(done).toEqual(['slow']);
  });

  it('fail where it cannot be said what is next', async () => {
    const failure = new Error('It cannot be said.');
    const take = (): never => {
      throw failure;
    };
    await expect(new Lanes(2, take).run()).rejects.toBe(failure);
  });
});
