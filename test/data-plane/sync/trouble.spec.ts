import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays } from '../../../src/kernel/calendar.js';
import { makePots, truthOf } from './support/make-pots.js';
import { type Connected, SyncApp } from './support/sync-app.js';
import { type Answerer, json, TeapotServer } from './support/teapot-server.js';

const START = Date.parse('2026-03-10T11:00:00Z');
const TODAY = '2026-03-10';
const OLDEST = addDays(TODAY, -100);
const MINUTE = 60_000;

let teapot: TeapotServer;
let app: SyncApp;
let now = START;

beforeAll(async () => {
  teapot = await TeapotServer.open();
  app = await SyncApp.start(teapot);
  app.settings.now = () => now;
});

afterAll(() => app.close());

afterEach(() => {
  teapot.instead = () => null;
  now = START;
});

const connect = (pageSize = 10): Promise<Connected> =>
  app.connect(teapot.account({ pots: makePots(START, 110, 2), pageSize }));

/** Pages of pots of the slice that ends in January, from the third on. */
function breakJanuary(answer: Answerer): void {
  teapot.instead = ({ path, query }) => {
    const to = new Date(Number(query.get('to')) - 1).toISOString();
    const isIt = path === '/pots' && to.startsWith('2026-01') && query.get('after') === '20';
    return isIt ? answer : null;
  };
}

const raw =
  (body: string): Answerer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(body);
  };

const POT =
  '{"pots":[{"id":"x","at":1768500000000,"amount":5,"currency":"EUR","kind":"mint","seconds":60}]}';

/** A body that never ends, as far as anybody waits for it. */
const endless: Answerer = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"pots":["');
  const part = 'x'.repeat(1 << 20);
  let sent = 0;
  const more = (): void => {
    while (sent < 1 << 30) {
      sent += part.length;
      if (!response.write(part)) return void response.once('drain', more);
    }
    response.end('"]}');
  };
  request.socket.on('error', () => undefined);
  more();
};

const BAD_PAGES: [string, Answerer][] = [
  ['1 GB large', endless],
  ['100,000 deep', raw(`{"pots":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
  ['with NaN', raw('{"pots":[{"at":NaN}]}')],
  ['cut in half', raw('{"pots":[{"at":1768')],
  ['of another type', raw('{"pots":"none"}')],
  ['with a number as text', raw(POT.replace('"amount":5', '"amount":"5"'))],
  ['with a part of a cent', raw(POT.replace('"amount":5', '"amount":5.5'))],
  ['with a currency that is none', raw(POT.replace('EUR', 'money'))],
  ['with null for a record', raw('{"pots":[null]}')],
  ['with another prototype', raw(POT.replace('"amount":5', '"__proto__":{"amount":5}'))],
  ['that leads back to itself', raw('{"pots":[],"next":"20"}')],
];

describe('a page that cannot be understood', () => {
  it.each(BAD_PAGES)('%s is left out by reference, and all else is read', async (_, answer) => {
    const connected = await connect();
    breakJanuary(answer);
    const rss = process.memoryUsage().rss;
    await app.syncFully(connected);
    now += 2 * MINUTE;
    await app.syncFully(connected);
    expect(process.memoryUsage().rss - rss).toBeLessThan(300 * 2 ** 20);

    const truth = truthOf(connected.account, OLDEST, TODAY);
    const known = Object.entries(truth).filter(([key]) => !/2026-01-\d\d$/.test(key));
    const withoutJanuary = Object.fromEntries(known);
    expect(await app.stored(connected, OLDEST, TODAY)).toEqual(withoutJanuary);
    const days = await app.coverage(connected, 'tea.revenue', '2026-01-01', '2026-01-31');
    expect(new Set(days)).toEqual(new Set([0]));
    const runs = await app.runs(connected);
    expect(runs.streams).toMatchObject([
      {},
      { stream: 'pots', gaps: 1, historyComplete: true },
      {},
    ]);
    expect(runs.items[0].problem.advice).toMatch(/tried again/);
    const quarantined = await app.app.look(
      ...(await placeOf(connected)),
      'SELECT stream, slice_from::text, page FROM quarantined_pages ORDER BY at',
    );
    const page = { stream: 'pots', slice_from: '2026-01-01', page: 3 };
    expect(quarantined).toEqual([page, page]);

    // The provider mends it.
    teapot.instead = () => null;
    now += 3 * 60 * MINUTE;
    await app.syncFully(connected);
    expect(await app.stored(connected, OLDEST, TODAY)).toEqual(truth);
    expect((await app.runs(connected)).streams[1].gaps).toBe(0);
  });

  it('in the middle of others costs only its own retry where it is well the second time', async () => {
    const connected = await connect();
    breakJanuary(raw('{"pots":[{"at":"never"}]}'));
    await app.syncFully(connected);
    teapot.instead = () => null;
    now += 2 * MINUTE;
    teapot.calls.length = 0;
    await app.syncFully(connected);
    expect(await app.stored(connected, OLDEST, TODAY)).toEqual(
      truthOf(connected.account, OLDEST, TODAY),
    );
    // From the page on, and not from the beginning of its slice.
    expect(teapot.calls[0]?.query.get('after')).toBe('20');
  });

  it('of a stream that is only read whole lets that stream rest', async () => {
    const connected = await connect();
    teapot.instead = ({ path }) => (path === '/refills' ? raw('{"refills":0}') : null);
    await app.syncFully(connected);
    now += 2 * MINUTE;
    await app.syncFully(connected);
    const { streams } = await app.runs(connected);
    expect(streams[2]).toMatchObject({ problem: { code: 'provider_page_broken' }, from: null });
    expect(await app.stored(connected, OLDEST, TODAY)).toEqual(
      truthOf(connected.account, OLDEST, TODAY),
    );
  });
});

describe('a provider that says', () => {
  it('"slow down" in the middle of a slice is asked on from there when it said', async () => {
    const connected = await connect();
    let told = 0;
    teapot.instead = ({ path, query }) => {
      if (told > 0 || path !== '/pots' || query.get('after') !== '10') return null;
      told += 1;
      return (_, response) => {
        response.writeHead(429, { 'retry-after': '6', 'content-type': 'application/json' });
        response.end('{}');
      };
    };
    const next = await app.turn(connected);
    expect(next).toEqual({ dueAt: new Date(now + 6_000), failures: 0 });
    // One of the pots, and the only ones of the two other streams.
    expect((await app.runs(connected)).items).toMatchObject([
      { status: 'paused', pages: 3, problem: null },
    ]);
    // All callers of the account are held until then, by the clock on the wall, which no test turns.
    await sleep(6_100);
    teapot.calls.length = 0;
    await app.syncFully(connected);
    const [first] = teapot.calls.filter(({ path }) => path === '/pots');
    expect(first?.query.get('after')).toBe('10');
    expect(await app.stored(connected, OLDEST, TODAY)).toEqual(
      truthOf(connected.account, OLDEST, TODAY),
    );
    expect((await app.runs(connected)).items).toMatchObject([{ status: 'done' }]);
  }, 30_000);

  it('"forbidden" for one stream lets it rest and says what to do', async () => {
    const connected = await connect(200);
    teapot.instead = ({ path }) =>
      path === '/refills' ? (_, response) => json(response, 403, {}) : null;
    await app.syncFully(connected);
    const runs = await app.runs(connected);
    expect(runs.items[0]).toMatchObject({ problem: { code: 'provider_forbidden' } });
    expect(runs.items[0].problem.advice).toMatch(/grant all permissions/);
    expect(runs.lastSyncedAt).not.toBeNull();
    expect(await app.stored(connected, OLDEST, TODAY)).toEqual(
      truthOf(connected.account, OLDEST, TODAY),
    );
  });

  it('nothing sensible for a while is asked again later, each time a little later', async () => {
    const connected = await connect(200);
    teapot.instead = () => (_, response) => json(response, 503, {});
    const waits: number[] = [];
    for (let failures = 0; failures < 4; failures += 1) {
      const next = await app.turn(connected);
      if (next === null || next === 'lost') throw new Error('It was given up.');
      waits.push(next.dueAt.getTime() - now);
    }
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(15_000);
    const { items, lastSyncedAt } = await app.runs(connected);
    expect(items).toHaveLength(4);
    expect(items[0]).toMatchObject({ status: 'failed', problem: { code: 'provider_unavailable' } });
    expect(lastSyncedAt).toBeNull();
  }, 60_000);

  it('that the key is void ends the syncs until somebody connects it again', async () => {
    const connected = await connect(200);
    teapot.accounts.delete(connected.account.key);
    expect(await app.turn(connected)).toBeNull();
    const answer = await app.app.call('GET', `/v1/integrations/${connected.id}`, {
      key: connected.tenant.key,
    });
    expect(answer.body.status).not.toBe('active');
    expect(answer.body.problem.code).toBeDefined();
  });
});

async function placeOf({ tenant }: Connected): Promise<[string]> {
  const record = await app.app.foundation.tenants.find(tenant.id);
  return [record?.placement?.database ?? ''];
}
