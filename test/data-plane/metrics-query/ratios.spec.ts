import { describe, expect, it } from '@jest/globals';
import { divideToEven } from '../../../src/data-plane/metrics/query/ratio-values.js';
import { type Case, askJson } from './support/made-data.js';

const VISITS = [{ id: 'int_v', provider: 'visits', timeZone: 'UTC' }];

const of = (metric: string, points: Record<string, number>, more: object = {}) => ({
  integration: 'int_v',
  metric,
  points,
  ...more,
});

describe('a ratio', () => {
  it('is the quotient of sums, not a mean of quotients', () => {
    const made: Case = {
      series: [
        { metric: 'payments.count', points: { '2026-01-05': 1, '2026-01-06': 96 } },
        { metric: 'payments.attempts', points: { '2026-01-05': 2, '2026-01-06': 98 } },
      ],
    };
    const asked = (granularity: 'day' | 'month') =>
      askJson(made, {
        metric: 'payments.success_rate',
        from: '2026-01-05',
        to: '2026-01-07',
        granularity,
      }).series[0].points;
    expect(asked('month')).toEqual([['2026-01-01', 97]]);
    expect(asked('day')).toEqual([
      ['2026-01-05', 50],
      ['2026-01-06', 97.9592],
      ['2026-01-07', null],
    ]);
  });

  it('of money stays apart by currency', () => {
    const made: Case = {
      series: [
        { metric: 'refunds.amount', currency: 'EUR', points: { '2026-01-05': 100 } },
        { metric: 'payments.gross_volume', currency: 'EUR', points: { '2026-01-05': 1000 } },
        {
          metric: 'payments.gross_volume',
          currency: 'JPY',
          digits: 0,
          points: { '2026-01-05': 1000 },
        },
      ],
    };
    const { series } = askJson(made, {
      metric: 'refunds.rate',
      from: '2026-01-05',
      to: '2026-01-05',
    });
    expect(
      series.map((it: { currency: string; unit: string; points: unknown }) => [
        it.currency,
        it.unit,
        it.points,
      ]),
    ).toEqual([
      ['EUR', 'percent', [['2026-01-05', 10]]],
      ['JPY', 'percent', [['2026-01-05', 0]]],
    ]);
  });

  it('may divide by the state on the day before the period', () => {
    const made: Case = {
      series: [
        {
          metric: 'subscriptions.churned',
          dimensions: { product: 'a' },
          points: { '2026-02-03': 2, '2026-03-20': 3 },
        },
        {
          metric: 'subscriptions.active',
          dimensions: { product: 'a', status: 'active' },
          points: { '2026-01-31': 40, '2026-02-28': 50, '2026-03-31': 60 },
        },
        {
          metric: 'subscriptions.active',
          dimensions: { product: 'a', status: 'past_due' },
          points: { '2026-02-28': 10 },
        },
      ],
    };
    const points = (from: string, to: string, granularity: 'month' | 'day') =>
      askJson(made, { metric: 'subscriptions.churn_rate', from, to, granularity }).series[0].points;
    expect(points('2026-02-01', '2026-03-31', 'month')).toEqual([
      ['2026-02-01', 5],
      ['2026-03-01', 5],
    ]);
    expect(points('2026-02-01', '2026-02-02', 'day')).toEqual([
      ['2026-02-01', 0],
      ['2026-02-02', null],
    ]);
  });

  it('takes terms away and is split by its dimensions', () => {
    const made: Case = {
      integrations: VISITS,
      series: [
        of('sessions', { '2026-01-05': 3 }, { dimensions: { channel: 'mail' } }),
        of('sessions.engaged', { '2026-01-05': 1 }, { dimensions: { channel: 'mail' } }),
        of('sessions', { '2026-01-05': 1 }, { dimensions: { channel: 'ads' } }),
      ],
    };
    const asked = (groupBy: string[]) =>
      askJson(made, {
        metric: 'sessions.bounced',
        groupBy,
        from: '2026-01-05',
        to: '2026-01-05',
      }).series.map((it: { points: [string, number][] }) => it.points[0]?.[1]);
    expect(asked(['channel'])).toEqual([1, 0.666667]);
    expect(asked([])).toEqual([0.75]);
  });

  it('of money and a count goes with the one currency of its account, and is unknown among several', () => {
    const count = of('orders.count', { '2026-01-05': 4 });
    const euros = of('refunds.amount', { '2026-01-05': 1001 }, { currency: 'EUR' });
    const dollars = of('refunds.amount', { '2026-01-05': 700 }, { currency: 'USD' });
    expect(valuesOf(count, euros)).toEqual([['EUR', 2.5]]);
    expect(valuesOf(count, euros, dollars)).toEqual([
      ['EUR', null],
      ['USD', null],
    ]);
    expect(valuesOf(count)).toEqual([]);
  });

  it('is rounded once, half to even', () => {
    const cases: [bigint, bigint, bigint][] = [
      [5n, 2n, 2n],
      [7n, 2n, 4n],
      [-5n, 2n, -2n],
      [-7n, 2n, -4n],
      [5n, -2n, -2n],
      [8n, 3n, 3n],
      [-8n, 3n, -3n],
      [7n, 3n, 2n],
      [0n, 3n, 0n],
    ];
    for (const [a, b, rounded] of cases)
      expect([a, b, divideToEven(a, b)]).toEqual([a, b, rounded]);
  });
});

function valuesOf(...series: Case['series']) {
  return askJson(
    { integrations: VISITS, series },
    { metric: 'orders.value', from: '2026-01-05', to: '2026-01-05' },
  ).series.map((it: { currency: string; points: [string, number][] }) => [
    it.currency,
    it.points[0]?.[1],
  ]);
}
