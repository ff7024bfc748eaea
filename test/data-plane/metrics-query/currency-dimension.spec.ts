import { describe, expect, it } from '@jest/globals';
import { type Case, askCsv, askJson, type MadeSeries } from './support/made-data.js';

const DAY = '2026-01-05';
const ON = { from: DAY, to: DAY };

const tickets = (dimensions: Record<string, string>, value: number): MadeSeries => ({
  integration: 'int_v',
  metric: 'tickets.count',
  dimensions,
  points: { [DAY]: value },
});

const refunds = (currency: string, value: number): MadeSeries => ({
  integration: 'int_v',
  metric: 'refunds.amount',
  currency,
  points: { [DAY]: value },
});

const made: Case = {
  integrations: [{ id: 'int_v', provider: 'visits', timeZone: 'UTC' }],
  series: [
    tickets({ currency: 'EUR', kind: 'a' }, 2),
    tickets({ currency: 'EUR', kind: 'b' }, 3),
    tickets({ currency: 'USD', kind: 'a' }, 4),
    tickets({ kind: 'a' }, 8),
    refunds('EUR', 1050),
    refunds('USD', 600),
  ],
};

function answered(asked: Parameters<typeof askJson>[1]) {
  return askJson(made, { ...ON, ...asked }).series.map(
    (it: {
      metric: string;
      currency?: string;
      dimensions: object;
      points: [string, number | null][];
    }) => [it.metric.split('.')[0], it.currency ?? null, it.dimensions, it.points[0]?.[1]],
  );
}

describe('the currency of what is no money', () => {
  it('is a dimension like any other: summed over unless grouped by', () => {
    expect(answered({ metric: 'tickets.count' })).toEqual([['tickets', null, {}, 17]]);
    expect(answered({ metric: 'tickets.count', groupBy: ['currency'] })).toEqual([
      ['tickets', null, { currency: 'EUR' }, 5],
      ['tickets', null, { currency: 'USD' }, 4],
      ['tickets', null, {}, 8],
    ]);
  });

  it('can be filtered on, alone and beside money, and none is none', () => {
    const metric = 'tickets.count';
    expect(answered({ metric, filter: ['currency:EUR'] })).toEqual([['tickets', null, {}, 5]]);
    expect(answered({ metric, filter: ['currency:'] })).toEqual([['tickets', null, {}, 8]]);
    expect(answered({ metric, filter: ['currency:EUR', 'currency:'] })).toEqual([
      ['tickets', null, {}, 13],
    ]);
    expect(
      answered({ metric: ['tickets.count', 'refunds.amount'], filter: ['currency:USD'] }),
    ).toEqual([
      ['tickets', null, {}, 4],
      ['refunds', 'USD', {}, 6],
    ]);
  });

  it('is grouped by beside money, which is told apart by its own', () => {
    const metric = ['tickets.count', 'refunds.amount'];
    expect(answered({ metric, groupBy: ['currency'], filter: ['currency:EUR'] })).toEqual([
      ['tickets', null, { currency: 'EUR' }, 5],
      ['refunds', 'EUR', {}, 10.5],
    ]);
    expect(
      askCsv(made, { ...ON, metric, groupBy: ['currency'], filter: ['currency:EUR'] }).split(
        '\r\n',
      ),
    ).toEqual([
      'metric,provider,currency,date,value',
      'tickets.count,visits,EUR,2026-01-05,5',
      'refunds.amount,visits,EUR,2026-01-05,10.50',
      '',
    ]);
  });

  it('can be ranked by, and money’s cannot', () => {
    expect(answered({ metric: 'tickets.count', groupBy: ['currency'], top: 1 })).toEqual([
      ['tickets', null, {}, 8],
      ['tickets', null, { currency: '(other)' }, 9],
    ]);
    expect(() => answered({ metric: 'refunds.amount', groupBy: ['currency'], top: 1 })).toThrow(
      expect.objectContaining({ code: 'top_not_offered' }),
    );
  });

  it('divides money of the same currency, where accounts have several', () => {
    expect(answered({ metric: 'tickets.value' })).toEqual([
      ['tickets', 'EUR', {}, 2.1],
      ['tickets', 'USD', {}, 1.5],
    ]);
    expect(answered({ metric: ['tickets.value', 'tickets.count'], groupBy: ['currency'] })).toEqual(
      expect.arrayContaining([
        ['tickets', 'EUR', {}, 2.1],
        ['tickets', null, { currency: 'EUR' }, 5],
      ]),
    );
  });
});
