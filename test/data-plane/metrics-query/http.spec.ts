import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../../src/connectors/kit/account.js';
import type { Point } from '../../../src/connectors/kit/points.js';
import { IntegrationsRepository } from '../../../src/data-plane/integrations/integrations.repository.js';
import { KeyedTransaction } from '../../../src/data-plane/keyed-transaction.js';
import { MetricStore } from '../../../src/data-plane/metrics/store/metric-store.js';
import { newId } from '../../../src/kernel/ids.js';
import { Tenancy } from '../../../src/tenancy/tenancy.js';
import { type SignedUp, startTestApp, type TestApp } from '../../support/test-app.js';

const ACTOR = { kind: 'system', job: 'test.fill' } as const;

let app: TestApp;
let owner: SignedUp;
let other: SignedUp;

beforeAll(async () => {
  app = await startTestApp({ stockDatabases: 2 });
  owner = await app.signUp();
  other = await app.signUp();
  await fill(owner, 'stripe', 'Europe/Berlin', [
    point('payments.gross_volume', '2026-01-30', 'EUR', { payment_type: 'card' }, 1050),
    point('payments.gross_volume', '2026-01-31', 'EUR', { payment_type: '=1+1' }, 925),
    point('payments.gross_volume', '2026-02-01', 'JPY', { payment_type: 'card' }, 700),
  ]);
  await fill(other, 'stripe', 'America/New_York', [
    point('payments.gross_volume', '2026-01-30', 'USD', { payment_type: 'card' }, 99),
  ]);
});

afterAll(() => app.close());

const QUERY = '/v1/metrics/query?metric=payments.gross_volume&from=2026-01-29&to=2026-02-01';

describe('GET /v1/metrics/query', () => {
  it('answers with what the tenant has stored, and with nothing of another', async () => {
    const answer = await app.call('GET', QUERY, { key: owner.key });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.body).toEqual({
      from: '2026-01-29',
      to: '2026-02-01',
      granularity: 'day',
      partial: [],
      series: [
        {
          metric: 'payments.gross_volume',
          provider: 'stripe',
          unit: 'money',
          currency: 'EUR',
          dimensions: {},
          timeZone: 'Europe/Berlin',
          provisionalFrom: '2026-02-01',
          points: [
            ['2026-01-29', 0],
            ['2026-01-30', 10.5],
            ['2026-01-31', 9.25],
            ['2026-02-01', 0],
          ],
        },
        {
          metric: 'payments.gross_volume',
          provider: 'stripe',
          unit: 'money',
          currency: 'JPY',
          dimensions: {},
          timeZone: 'Europe/Berlin',
          provisionalFrom: '2026-02-01',
          points: [
            ['2026-01-29', 0],
            ['2026-01-30', 0],
            ['2026-01-31', 0],
            ['2026-02-01', 700],
          ],
        },
      ],
    });
  });

  it('groups, filters and repeats parameters', async () => {
    const answer = await app.call(
      'GET',
      `${QUERY}&metric=payments.net_volume,payments.fees&granularity=month&groupBy=integration&filter=currency:EUR&filter=currency:JPY`,
      { key: owner.key },
    );
    expect(answer.status).toBe(200);
    expect(answer.body.partial).toEqual(['2026-01-01', '2026-02-01']);
    expect(
      answer.body.series.map((it: { dimensions: object; points: unknown }) => [
        Object.keys(it.dimensions),
        it.points,
      ]),
    ).toEqual([
      [
        ['integration'],
        [
          ['2026-01-01', 19.75],
          ['2026-02-01', 0],
        ],
      ],
      [
        ['integration'],
        [
          ['2026-01-01', 0],
          ['2026-02-01', 700],
        ],
      ],
    ]);
  });

  it('is CSV where that is asked for, with formulas made harmless', async () => {
    const answer = await app.call('GET', `${QUERY}&granularity=quarter&groupBy=payment_type`, {
      key: owner.key,
      headers: { accept: 'text/csv' },
    });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="metrics.csv"');
    expect(answer.body).toBe(
      [
        'metric,provider,currency,payment_type,date,value',
        "payments.gross_volume,stripe,EUR,'=1+1,2026-01-01,9.25",
        'payments.gross_volume,stripe,EUR,card,2026-01-01,10.50',
        'payments.gross_volume,stripe,JPY,card,2026-01-01,700',
        '',
      ].join('\r\n'),
    );
  });

  it('tells a request that it cannot read or answer by code', async () => {
    expect(await codes('')).toEqual([422, 'validation_failed', expect.arrayContaining(['metric'])]);
    const good = '?metric=payments.count';
    expect(await codes(`${good}&group=x`)).toEqual([422, 'validation_failed', ['group']]);
    expect(await codes(`${good}&granularity=year`)).toEqual([
      422,
      'validation_failed',
      ['granularity'],
    ]);
    expect(await codes(`${good}&top=0`)).toEqual([422, 'validation_failed', ['top']]);
    expect(await codes('?metric=payments.nothing')).toEqual([422, 'metric_unknown', ['metric']]);
    expect(await codes(`${good}&groupBy=colour`)).toEqual([422, 'dimension_unknown', ['groupBy']]);
    expect(await codes(`${good}&filter=colour:red`)).toEqual([
      422,
      'dimension_unknown',
      ['filter'],
    ]);
    expect(await codes(`${good}&filter=red`)).toEqual([422, 'filter_invalid', ['filter']]);
    expect(await codes(`${good}&from=2026-02-30`)).toEqual([422, 'range_invalid', ['from']]);
    expect(await codes(`${good}&from=2026-02-03&to=2026-02-01`)).toEqual([
      422,
      'range_invalid',
      ['from'],
    ]);
    expect(await codes(`${good}&from=2000-01-01&to=2026-01-01`)).toEqual([
      422,
      'range_too_long',
      ['from'],
    ]);
    expect(await codes(`${good}&top=3`)).toEqual([422, 'top_not_offered', ['top']]);
    expect(await codes('?metric=web.sessions&groupBy=channel&filter=country:DE')).toEqual([
      422,
      'breakdown_not_offered',
      ['filter'],
    ]);
    expect(await codes(good, { accept: 'image/png' })).toEqual([406, 'not_acceptable', undefined]);
  });

  it('answers an integration of somebody else like one that does not exist', async () => {
    const foreign = await app.call('GET', `${QUERY}&groupBy=integration`, { key: other.key });
    const [{ dimensions }] = foreign.body.series;
    for (const id of [dimensions.integration, 'int_aaaaaaaaaaaaaaaaaaaa']) {
      const answer = await app.call('GET', `${QUERY}&filter=integration:${id}`, { key: owner.key });
      expect([answer.status, answer.body.series]).toEqual([200, []]);
    }
  });

  it('has no series before anything is connected', async () => {
    const fresh = await app.signUp();
    const answer = await app.call('GET', '/v1/metrics/query?metric=payments.count', {
      key: fresh.key,
    });
    expect([answer.status, answer.body.series]).toEqual([200, []]);
  });
});

describe('GET /v1/metrics', () => {
  it('lists every metric with what it may be asked by', async () => {
    const answer = await app.call('GET', '/v1/metrics', { key: owner.key });
    expect(answer.status).toBe(200);
    const find = (key: string) =>
      answer.body.items.find(
        (it: { key: string; provider: string }) => it.key === key && it.provider === 'stripe',
      );
    expect(find('payments.gross_volume')).toMatchObject({
      unit: 'money',
      aggregation: 'sum',
      dimensions: ['payment_type'],
      digits: null,
      granularities: ['day', 'week', 'month', 'quarter'],
    });
    expect(find('payments.gross_volume').breakdowns).toBeUndefined();
    const visits = answer.body.items.find((it: { key: string }) => it.key === 'web.bounce_rate');
    expect(visits.breakdowns).toEqual([
      ['channel'],
      ['source', 'medium', 'campaign'],
      ['country', 'device'],
      ['landing_page'],
    ]);
    expect(find('subscriptions.churn_rate')).toMatchObject({
      aggregation: 'ratio',
      digits: 4,
      ratio: {
        numerator: [{ metric: 'subscriptions.churned', factor: 1, take: 'period' }],
        denominator: [{ metric: 'subscriptions.active', factor: 1, take: 'start' }],
      },
    });
  });
});

function point(
  metric: string,
  day: string,
  currency: string | null,
  dimensions: Record<string, string>,
  value: number,
): Point {
  return { metric, day, currency, dimensions, value, digits: currency === 'JPY' ? 0 : 2 };
}

async function fill(who: SignedUp, provider: string, timeZone: string, points: Point[]) {
  const integrations = part(IntegrationsRepository);
  const account: Account = {
    id: `acct_${who.id}`,
    name: 'Shop',
    timeZone,
    currency: 'EUR',
    test: true,
    details: {},
  };
  await part(Tenancy).run(who.id, ACTOR, () =>
    part(KeyedTransaction).run(async (tx) => {
      const id = newId('int');
      await integrations.add(tx, { id, provider, params: {} });
      await integrations.connect(tx, { id, provider }, account);
      await part(MetricStore).replace(tx, {
        integrationId: id,
        metrics: ['payments.gross_volume'],
        from: '2026-01-01',
        to: '2026-02-01',
        points,
        provisionalFrom: '2026-02-01',
      });
    }),
  );
}

async function codes(query: string, headers: Record<string, string> = {}) {
  const { status, body } = await app.call('GET', `/v1/metrics/query${query}`, {
    key: owner.key,
    headers,
  });
  return [status, body.code, body.errors?.map(({ path }: { path: string }) => path)];
}

function part<T>(token: abstract new (...args: never[]) => T): T {
  return app.app.get(token as never, { strict: false });
}
