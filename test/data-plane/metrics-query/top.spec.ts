import { describe, expect, it } from '@jest/globals';
import { askJson, type Case } from './support/made-data.js';

const GROSS = 'payments.gross_volume';

interface Series {
  currency?: string;
  dimensions: Record<string, string>;
  others?: number;
  points: [string, number | null][];
  comparison?: { points: unknown };
}

const gist = ({ currency, dimensions, others, points }: Series) => [
  currency,
  Object.values(dimensions)[0],
  others,
  points[0]?.[1],
];

const sums: Case = {
  series: [
    ['EUR', 'a', 100],
    ['EUR', 'b', 900],
    ['EUR', '(other)', 400],
    ['EUR', 'd', 50],
    ['EUR', 'e', -700],
    ['USD', 'a', 100],
  ].map(([currency, payment_type, value]) => ({
    metric: GROSS,
    currency: String(currency),
    dimensions: { payment_type: String(payment_type) },
    points: { '2026-01-05': Number(value) },
  })),
};
const day = { from: '2026-01-05', to: '2026-01-05' };

describe('the top', () => {
  it('are the largest of each currency, and the rest is one series that says so', () => {
    const { series } = askJson(sums, { metric: GROSS, groupBy: ['payment_type'], top: 3, ...day });
    expect(series.map(gist)).toEqual([
      ['EUR', 'b', undefined, 9],
      ['EUR', 'e', undefined, -7],
      ['EUR', '(other)', undefined, 4],
      ['EUR', '(other)', 2, 1.5],
      ['USD', 'a', undefined, 1],
    ]);
  });

  it('and the rest together are everything, in the range compared with too', () => {
    const made: Case = {
      series: Array.from({ length: 20 }, (_, at) => ({
        metric: 'payments.count',
        dimensions: { failure_code: `f${at}` },
        points: { '2026-01-05': at, '2025-01-05': 100 - at },
      })),
    };
    const total = (more: object) => {
      const { series } = askJson(made, {
        metric: 'payments.count',
        compare: 'previous-year',
        ...day,
        ...more,
      });
      const sum = (pick: (it: Series) => unknown) =>
        series.reduce(
          (all: number, it: Series) => all + Number((pick(it) as [[string, number]])[0][1]),
          0,
        );
      return [sum((it) => it.points), sum((it) => it.comparison?.points)];
    };
    expect(total({ groupBy: ['failure_code'], top: 4 })).toEqual(total({}));
    expect(total({})).toEqual([190, 1810]);
  });

  it('of states are the largest at the end', () => {
    const made: Case = {
      series: [
        {
          metric: 'mrr.total',
          currency: 'EUR',
          dimensions: { product: 'fell' },
          points: { '2026-01-05': 900, '2026-01-06': 1 },
        },
        {
          metric: 'mrr.total',
          currency: 'EUR',
          dimensions: { product: 'rose' },
          points: { '2026-01-05': 1, '2026-01-06': 2 },
        },
      ],
    };
    const { series } = askJson(made, {
      metric: 'mrr.total',
      groupBy: ['product'],
      top: 1,
      from: '2026-01-05',
      to: '2026-01-06',
    });
    expect(series.map((it: Series) => it.dimensions)).toEqual([
      { product: 'rose' },
      { product: '(other)' },
    ]);
  });

  it('of ratios are the weightiest, and the rest is made of its parts', () => {
    const { series } = askJson(
      { series: [...product('big', 1, 100), ...product('small', 1, 1), ...product('tiny', 0, 3)] },
      { metric: 'subscriptions.churn_rate', groupBy: ['product'], top: 1, ...day },
    );
    expect(series.map((it: Series) => [it.dimensions['product'], it.points[0]?.[1]])).toEqual([
      ['big', 1],
      ['(other)', 25],
    ]);
  });

  it('need something to be chosen among', () => {
    expect(() => askJson(sums, { metric: GROSS, top: 3 })).toThrow(
      expect.objectContaining({ code: 'top_not_offered' }),
    );
  });
});

function product(name: string, churned: number, active: number): Case['series'] {
  return [
    {
      metric: 'subscriptions.churned',
      dimensions: { product: name },
      points: { '2026-01-05': churned },
    },
    {
      metric: 'subscriptions.active',
      dimensions: { product: name },
      points: { '2026-01-04': active },
    },
  ];
}
