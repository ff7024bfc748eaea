import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { TokenBucket } from '../../../src/connectors/kit/calls/token-bucket.js';
import { Budgets } from '../../../src/connectors/kit/calls/budgets.js';
import type { ProviderClientOptions } from '../../../src/connectors/kit/calls/provider-client-options.js';
import type { LimitFacts } from '../../../src/connectors/kit/facts.js';
import type { ProviderClient } from '../../../src/connectors/kit/provider-client.js';
import type { Connector } from '../../../src/connectors/kit/connector.js';
import { HttpClient } from '../../../src/infrastructure/http-client/http-client.js';
import { startLoopback } from '../../infrastructure/http-client/loopback-server.js';
import type { LoopbackServer } from '../../infrastructure/http-client/loopback-server.js';
import { clientFor } from './calling.js';
import { madeUpProvider } from './made-up-provider.js';

const FREE: LimitFacts = {
  account: { perSecond: 10_000, burst: 10_000 },
  paths: [],
  concurrent: 1_000,
};

const leftByHeader: Connector['budget'] = ({ headers }) => ({
  remaining: Number(headers['x-left']),
  resetMs: 300,
});

const nothingLeft: Connector['budget'] = () => ({ remaining: 0, resetMs: 3_600_000 });

describe('calls of one account', () => {
  let server: LoopbackServer;
  let http: HttpClient;
  let budgets: Budgets;
  let answer: RequestListener;
  beforeEach(async () => {
    http = new HttpClient({ connectionsPerOrigin: 100 });
    budgets = new Budgets();
    answer = (_request, response) => response.end('{}');
    server = await startLoopback((request, response) => answer(request, response));
  });
  afterEach(async () => {
    await http.close();
    await server.close();
  });

  function client(
    limits: Partial<LimitFacts>,
    change: Partial<ProviderClientOptions> = {},
    connector: Partial<Connector> = {},
  ): ProviderClient {
    const provider = madeUpProvider({
      baseUrl: server.origin,
      facts: { limits: { ...FREE, ...limits } },
      connector,
    });
    const budget = budgets.of('made-up', 'acct_1', provider.connector.facts.limits);
    return clientFor(provider, { http, budget, ...change });
  }

  test('are never more at once than its facts allow, whoever makes them', async () => {
    let now = 0;
    let most = 0;
    answer = (_request, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        response.end('{}');
      }, 5);
    };
    const clients = [
      client({ concurrent: 4 }),
      client({ concurrent: 4 }),
      client({ concurrent: 4 }),
    ];
    await Promise.all(
      Array.from({ length: 60 }, (_, at) => (clients[at % 3] as ProviderClient).get('/charges')),
    );
    expect([server.requests.length, most]).toEqual([60, 4]);
  });

  test('keep to its pace', async () => {
    const start = performance.now();
    const at: number[] = [];
    answer = (_request, response) => {
      at.push(performance.now() - start);
      response.end('{}');
    };
    const paced = client({ account: { perSecond: 50, burst: 5 } });
    await Promise.all(Array.from({ length: 25 }, () => paced.get('/charges')));
    // 5 at once, then one each 20 ms: the last cannot come before 400 ms. Later it may, on a slow machine.
    expect(Math.max(...at)).toBeGreaterThanOrEqual(395);
    at.forEach((ms, call) => expect(call + 1).toBeLessThanOrEqual(5 + (ms + 5) / 20));
  });

  test('go in the order in which they came', async () => {
    const order: string[] = [];
    answer = (request, response) => {
      order.push(String(request.url));
      response.end('{}');
    };
    const paced = client({ concurrent: 1 });
    const names = Array.from({ length: 20 }, (_, at) => `/v1/${String.fromCharCode(97 + at)}`);
    await Promise.all(names.map((name) => paced.get(name.slice(3))));
    expect(order).toEqual(names);
  });

  test('of a stricter path hold up each other and not the rest', async () => {
    const order: string[] = [];
    answer = (request, response) => {
      order.push(String(request.url));
      response.end('{}');
    };
    const paths = [{ path: '/search/{what}', perSecond: 20, burst: 1 }];
    const paced = client({ paths });
    await Promise.all([
      paced.get('/search/a'),
      paced.get('/search/b'),
      paced.get('/search/c'),
      paced.get('/charges'),
    ]);
    expect(order.slice(0, 2).sort()).toEqual(['/v1/charges', '/v1/search/a']);
    expect(order.slice(2)).toEqual(['/v1/search/b', '/v1/search/c']);
  });

  test('wait out a short "slow down" together, and succeed', async () => {
    let refusals = 0;
    answer = (_request, response) => {
      refusals += 1;
      if (refusals === 1) response.writeHead(429, { 'retry-after': '0.2' });
      response.end('{}');
    };
    const paced = client({ concurrent: 1 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => paced.get('/charges')));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    // The one that was refused came again; the other nine were held and were never told.
    expect(server.requests).toHaveLength(11);
  });

  test('in a storm of refusals end after a few tries, all with how long to wait', async () => {
    answer = (_request, response) => response.writeHead(429, { 'retry-after': '0.02' }).end('{}');
    const paced = client({});
    const ends = await Promise.allSettled(Array.from({ length: 20 }, () => paced.get('/charges')));
    expect(ends.map((end) => end.status === 'rejected' && end.reason.code)).toEqual(
      Array(20).fill('provider_slow_down'),
    );
    expect(server.requests.length).toBeLessThanOrEqual(20 * 4);
  });

  test('are put off where the wait is long, those in line too, without another call', async () => {
    answer = (_request, response) => response.writeHead(429, { 'retry-after': '600' }).end('{}');
    const paced = client({ concurrent: 1 });
    const ends = await Promise.allSettled(Array.from({ length: 5 }, () => paced.get('/charges')));
    for (const end of ends) {
      expect(end).toMatchObject({
        status: 'rejected',
        reason: { code: 'provider_slow_down', verdict: { kind: 'slow-down' } },
      });
      const { waitMs } = (end as PromiseRejectedResult).reason.verdict as { waitMs: number };
      expect(waitMs).toBeGreaterThan(590_000);
      expect(waitMs).toBeLessThanOrEqual(600_000);
    }
    expect(server.requests).toHaveLength(1);
    await expect(paced.get('/charges')).rejects.toMatchObject({ code: 'provider_slow_down' });
    expect(server.requests).toHaveLength(1);
  });

  test('of another account are not held by it', async () => {
    answer = (_request, response) => {
      if (server.requests.length === 1) response.writeHead(429, { 'retry-after': '600' });
      response.end('{}');
    };
    await expect(client({}).get('/charges')).rejects.toMatchObject({ code: 'provider_slow_down' });
    const other = client({}, { budget: budgets.of('made-up', 'acct_2', FREE) });
    await expect(other.get('/charges')).resolves.toMatchObject({ status: 200 });
  });

  test('slow down by what an answer says is left', async () => {
    const at: number[] = [];
    const start = performance.now();
    answer = (_request, response) => {
      at.push(performance.now() - start);
      response.setHeader('x-left', '0').end('{}');
    };
    const paced = client({ concurrent: 1 }, {}, { budget: leftByHeader });
    await paced.get('/charges');
    await paced.get('/charges');
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(290);
  });

  test('are put off where an answer says that nothing is left for long', async () => {
    const paced = client({ concurrent: 1 }, {}, { budget: nothingLeft });
    await paced.get('/charges');
    const error = await paced.get('/charges').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'provider_slow_down' });
    const { waitMs } = (error as { verdict: { waitMs: number } }).verdict;
    expect(waitMs).toBeGreaterThan(3_500_000);
    expect(server.requests).toHaveLength(1);
  });

  test('go on when a provider begins its count anew', () => {
    let now = 0;
    const bucket = new TokenBucket(100, 10, now);
    bucket.left(0, 60_000, now);
    expect(bucket.waitMs(now)).toBe(60_000);
    now = 60_000;
    expect(bucket.waitMs(now)).toBe(0);
    for (let call = 0; call < 20; call += 1) {
      now += bucket.waitMs(now);
      bucket.take();
    }
    expect(now).toBeLessThanOrEqual(60_200);
  });

  test('stop waiting when the caller gives up, in line as well, and leave the line whole', async () => {
    const giveUp = new AbortController();
    const reason = new Error('shutting down');
    const holding: (() => void)[] = [];
    answer = (_request, response) => holding.push(() => response.end('{}'));
    const first = client({ concurrent: 1 }).get('/charges');
    while (holding.length === 0) await new Promise(setImmediate);
    const waiting = client({ concurrent: 1 }, { signal: giveUp.signal }).get('/refunds');
    const last = client({ concurrent: 1 }).get('/payouts');
    const outcome = expect(waiting).rejects.toBe(reason);
    giveUp.abort(reason);
    await outcome;
    answer = (_request, response) => response.end('{}');
    holding.forEach((finish) => finish());
    await Promise.all([first, last]);
    expect(server.requests.map(({ url }) => url)).toEqual(['/v1/charges', '/v1/payouts']);
  });

  test('stop the wait between two tries when the caller gives up', async () => {
    const giveUp = new AbortController();
    const reason = new Error('shutting down');
    answer = (_request, response) => {
      response.writeHead(503).end();
      setTimeout(() => giveUp.abort(reason), 20);
    };
    const call = client({}, { signal: giveUp.signal, backoffMs: 8_000 }).get('/charges');
    // The lot may have drawn almost no wait: then the second try ends the same way.
    await expect(call).rejects.toBe(reason);
  });

  test('share one budget while it is in use, also where many others came since', async () => {
    const few = new Budgets({ max: 2 });
    const kept = few.of('made-up', 'busy', FREE);
    const finish = new AbortController();
    const running = kept.run(() => once(finish.signal, 'abort'), { path: '/x', patienceMs: 0 });
    for (let account = 0; account < 50; account += 1) few.of('made-up', String(account), FREE);
    expect(few.of('made-up', 'busy', FREE)).toBe(kept);
    await new Promise(setImmediate);
    finish.abort();
    await running;
    for (let account = 0; account < 50; account += 1) few.of('made-up', String(account), FREE);
    expect(few.of('made-up', 'busy', FREE)).not.toBe(kept);
  });
});
