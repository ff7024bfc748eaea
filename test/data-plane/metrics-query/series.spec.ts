import { describe, expect, it } from '@jest/globals';
import { ACCOUNT, askJson, type Case } from './support/made-data.js';

const GROSS = 'payments.gross_volume';
const MRR = 'mrr.total';

const card = { payment_type: 'card' };
const sepa = { payment_type: 'sepa' };
const WEEK = { from: '2026-01-05', to: '2026-01-08' };

const money = (
  metric: string,
  currency: string,
  dimensions: Record<string, string>,
  points: Record<string, number>,
) => ({
  metric,
  currency,
  dimensions,
  points,
});

function pointsOf(made: Case, question: Parameters<typeof askJson>[1]) {
  return askJson(made, question).series.map(
    ({
      currency,
      dimensions,
      points,
    }: {
      currency?: string;
      dimensions: object;
      points: unknown;
    }) => ({
      currency,
      dimensions,
      points,
    }),
  );
}

describe('a sum', () => {
  it('is 0 on a known day without values and null on a day that was never read', () => {
    const made: Case = {
      series: [money(GROSS, 'EUR', card, { '2026-01-06': 500 })],
      known: [{ from: '2026-01-06', to: '2026-01-07' }],
    };
    expect(pointsOf(made, { metric: GROSS, ...WEEK })[0].points).toEqual([
      ['2026-01-05', null],
      ['2026-01-06', 5],
      ['2026-01-07', 0],
      ['2026-01-08', null],
    ]);
  });

  it('of a longer period is known when a day of it is', () => {
    const made: Case = {
      series: [money(GROSS, 'EUR', card, { '2026-02-28': 500 })],
      known: [{ from: '2026-02-28', to: '2026-03-01' }],
    };
    expect(
      pointsOf(made, {
        metric: GROSS,
        from: '2026-01-01',
        to: '2026-04-30',
        granularity: 'month',
      })[0].points,
    ).toEqual([
      ['2026-01-01', null],
      ['2026-02-01', 5],
      ['2026-03-01', 0],
      ['2026-04-01', null],
    ]);
  });

  it('never mixes currencies or providers', () => {
    const made: Case = {
      integrations: [ACCOUNT, { id: 'int_two', provider: 'visits', timeZone: 'UTC' }],
      series: [
        money('refunds.amount', 'EUR', {}, { '2026-01-05': 100 }),
        money('refunds.amount', 'USD', {}, { '2026-01-05': 200 }),
        { ...money('refunds.amount', 'EUR', {}, { '2026-01-05': 400 }), integration: 'int_two' },
      ],
    };
    const { series } = askJson(made, {
      metric: 'refunds.amount',
      from: '2026-01-05',
      to: '2026-01-05',
    });
    expect(
      series.map(
        (it: { provider: string; currency: string; timeZone: string; points: unknown }) => [
          it.provider,
          it.currency,
          it.timeZone,
          it.points,
        ],
      ),
    ).toEqual([
      ['stripe', 'EUR', 'Europe/Berlin', [['2026-01-05', 1]]],
      ['stripe', 'USD', 'Europe/Berlin', [['2026-01-05', 2]]],
      ['visits', 'EUR', 'UTC', [['2026-01-05', 4]]],
    ]);
  });

  it('is split by what is asked for; points without that dimension are a series without it', () => {
    const made: Case = {
      series: [
        money(GROSS, 'EUR', card, { '2026-01-05': 100 }),
        money(GROSS, 'EUR', sepa, { '2026-01-05': 200 }),
        money(GROSS, 'EUR', {}, { '2026-01-05': 400 }),
      ],
    };
    const day = { from: '2026-01-05', to: '2026-01-05' };
    expect(
      pointsOf(made, { metric: GROSS, ...day }).map((it: { points: unknown }) => it.points),
    ).toEqual([[['2026-01-05', 7]]]);
    expect(
      pointsOf(made, { metric: GROSS, groupBy: ['payment_type'], ...day }).map(
        (it: { dimensions: object; points: [string, number][] }) => [
          it.dimensions,
          it.points[0]?.[1],
        ],
      ),
    ).toEqual(
      expect.arrayContaining([
        [card, 1],
        [sepa, 2],
        [{}, 4],
      ]),
    );
  });

  it('is filtered by values that are alternatives of one name and conditions of several', () => {
    const made: Case = {
      series: [
        money(GROSS, 'EUR', card, { '2026-01-05': 100 }),
        money(GROSS, 'EUR', sepa, { '2026-01-05': 200 }),
        money(GROSS, 'EUR', {}, { '2026-01-05': 400 }),
        money(GROSS, 'USD', card, { '2026-01-05': 800 }),
        money(GROSS, 'EUR', { payment_type: 'a:b' }, { '2026-01-05': 1600 }),
      ],
    };
    const sums = (...filter: string[]) =>
      pointsOf(made, { metric: GROSS, filter, from: '2026-01-05', to: '2026-01-05' }).map(
        (it: { points: [string, number][] }) => it.points[0]?.[1],
      );
    expect(sums('payment_type:card', 'payment_type:sepa')).toEqual([3, 8]);
    expect(sums('payment_type:card', 'currency:USD')).toEqual([8]);
    expect(sums('payment_type:a:b')).toEqual([16]);
    expect(sums('payment_type:')).toEqual([4]);
    expect(sums('integration:int_one', 'currency:USD')).toEqual([8]);
    expect(sums('integration:int_none')).toEqual([]);
  });

  it('has no series where there is no value in the range', () => {
    const made: Case = { series: [money(GROSS, 'EUR', card, { '2026-01-04': 100 })] };
    expect(pointsOf(made, { metric: GROSS, ...WEEK })).toEqual([]);
  });

  it('of several accounts says no time zone where they differ', () => {
    const made: Case = {
      integrations: [ACCOUNT, { id: 'int_two', provider: 'stripe', timeZone: 'Asia/Tokyo' }],
      series: [
        money(GROSS, 'EUR', card, { '2026-01-05': 100 }),
        { ...money(GROSS, 'EUR', card, { '2026-01-05': 200 }), integration: 'int_two' },
      ],
    };
    const [sum] = askJson(made, { metric: GROSS, ...WEEK }).series;
    expect([sum.timeZone, sum.points[0]]).toEqual([null, ['2026-01-05', 3]]);
    const apart = askJson(made, { metric: GROSS, groupBy: ['integration'], ...WEEK }).series;
    expect(
      apart.map((it: { dimensions: object; timeZone: string }) => [it.dimensions, it.timeZone]),
    ).toEqual([
      [{ integration: 'int_one' }, 'Europe/Berlin'],
      [{ integration: 'int_two' }, 'Asia/Tokyo'],
    ]);
  });

  it('tells from which day on it may still change', () => {
    const made: Case = {
      series: [money(GROSS, 'EUR', card, { '2026-01-05': 100 })],
      known: [{ from: '2026-01-01', to: '2026-01-31', provisionalFrom: '2026-01-07' }],
    };
    const from = (range: { from: string; to: string }) =>
      askJson(made, { metric: GROSS, ...range }).series[0].provisionalFrom;
    expect(from(WEEK)).toBe('2026-01-07');
    expect(from({ from: '2026-01-05', to: '2026-01-06' })).toBeNull();
  });
});

describe('a state', () => {
  const made: Case = {
    series: [
      money(
        MRR,
        'EUR',
        { product: 'a' },
        { '2026-01-30': 1000, '2026-01-31': 1100, '2026-02-10': 1200 },
      ),
      money(MRR, 'EUR', { product: 'b' }, { '2026-01-30': 500, '2026-01-31': 600 }),
    ],
    known: [
      { from: '2026-01-30', to: '2026-01-31' },
      { from: '2026-02-10', to: '2026-02-10' },
    ],
  };
  const months = { from: '2026-01-01', to: '2026-03-31', granularity: 'month' } as const;

  it('of a period is that of its last known day, summed over dimensions', () => {
    expect(pointsOf(made, { metric: MRR, ...months })[0].points).toEqual([
      ['2026-01-01', 17],
      ['2026-02-01', 12],
      ['2026-03-01', null],
    ]);
  });

  it('is null, not zero, where the last known day has no value of it', () => {
    expect(pointsOf(made, { metric: MRR, groupBy: ['product'], ...months })[1]).toEqual({
      currency: 'EUR',
      dimensions: { product: 'b' },
      points: [
        ['2026-01-01', 6],
        ['2026-02-01', null],
        ['2026-03-01', null],
      ],
    });
  });

  it('of two accounts is the sum of the last known day of each', () => {
    const two: Case = {
      integrations: [ACCOUNT, { id: 'int_two', provider: 'stripe', timeZone: 'UTC' }],
      series: [
        money(MRR, 'EUR', {}, { '2026-01-31': 100 }),
        { ...money(MRR, 'EUR', {}, { '2026-01-20': 900 }), integration: 'int_two' },
      ],
      known: [
        { from: '2026-01-01', to: '2026-01-31' },
        { integration: 'int_two', from: '2026-01-01', to: '2026-01-20' },
      ],
    };
    expect(
      pointsOf(two, { metric: MRR, from: '2026-01-01', to: '2026-01-31', granularity: 'month' })[0]
        .points,
    ).toEqual([['2026-01-01', 10]]);
  });
});

describe('what adds up over nothing', () => {
  const VISITS = [{ id: 'int_v', provider: 'visits', timeZone: 'UTC' }];

  it('is refused at other granularities than its own, which the error names', () => {
    const made: Case = { integrations: VISITS, series: [] };
    const asked = (metric: string, granularity: 'day' | 'month' | 'week') => {
      try {
        return askJson(made, { metric, granularity }).series;
      } catch (error) {
        const { code, fields } = error as { code: string; fields: { offered: unknown } };
        return [code, fields.offered];
      }
    };
    expect(asked('web.users_day', 'week')).toEqual(['granularity_not_offered', ['day']]);
    expect(asked('web.users_month', 'day')).toEqual(['granularity_not_offered', ['month']]);
    expect(asked('web.users_7d', 'month')).toEqual(['granularity_not_offered', ['day']]);
    expect(asked('deals.days', 'day')).toEqual(['granularity_not_offered', ['month']]);
    expect(asked('web.users_day', 'day')).toEqual([]);
  });

  it('is null and not zero on a known day without a value', () => {
    const made: Case = {
      integrations: VISITS,
      series: [users('web.users_day', { '2026-01-05': 7 })],
    };
    expect(
      pointsOf(made, { metric: 'web.users_day', from: '2026-01-05', to: '2026-01-06' })[0].points,
    ).toEqual([
      ['2026-01-05', 7],
      ['2026-01-06', null],
    ]);
  });

  it('shows a whole month also where the range cuts it, and says that it does', () => {
    const made: Case = {
      integrations: VISITS,
      series: [users('web.users_month', { '2026-01-01': 70, '2026-02-01': 80 })],
    };
    const answer = askJson(made, {
      metric: 'web.users_month',
      from: '2026-01-20',
      to: '2026-02-10',
      granularity: 'month',
    });
    expect([answer.partial, answer.series[0].points]).toEqual([
      ['2026-01-01', '2026-02-01'],
      [
        ['2026-01-01', 70],
        ['2026-02-01', 80],
      ],
    ]);
  });

  it('is told apart by all its dimensions and accounts, asked or not', () => {
    const made: Case = {
      integrations: [...VISITS, { id: 'int_w', provider: 'visits', timeZone: 'UTC' }],
      series: [
        users('deals.days', { '2026-01-01': 3 }, { pipeline: 'a' }),
        users('deals.days', { '2026-01-01': 4 }, { pipeline: 'b' }),
        { ...users('deals.days', { '2026-01-01': 5 }, { pipeline: 'b' }), integration: 'int_w' },
      ],
    };
    const series = pointsOf(made, {
      metric: 'deals.days',
      from: '2026-01-01',
      to: '2026-01-31',
      granularity: 'month',
    });
    expect(
      series.map((it: { dimensions: object; points: [string, number][] }) => [
        it.dimensions,
        it.points[0]?.[1],
      ]),
    ).toEqual([
      [{ pipeline: 'a', integration: 'int_v' }, 3],
      [{ pipeline: 'b', integration: 'int_v' }, 4],
      [{ pipeline: 'b', integration: 'int_w' }, 5],
    ]);
  });

  it('has no top, since there is no rest', () => {
    const made: Case = { integrations: VISITS, series: [] };
    expect(() =>
      askJson(made, { metric: 'deals.days', granularity: 'month', groupBy: ['pipeline'], top: 3 }),
    ).toThrow(expect.objectContaining({ code: 'top_not_offered' }));
  });
});

function users(metric: string, points: Record<string, number>, dimensions = {}) {
  return { integration: 'int_v', metric, dimensions, points };
}
