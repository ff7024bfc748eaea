import { describe, expect, it } from '@jest/globals';
import { ListMetrics } from '../../../src/data-plane/metrics/catalogue/list-metrics.js';
import { ACCOUNT, ask, askJson, catalogue } from './support/made-data.js';

const SHOP = { id: 'int_shop', provider: 'visits', timeZone: 'Pacific/Auckland' };

function rangeOf(question: Partial<Parameters<typeof ask>[1]>, zones: string[] = ['UTC']) {
  const integrations = zones.map((timeZone, at) => ({ ...ACCOUNT, id: `int_${at}`, timeZone }));
  const { range } = ask(
    { series: [], integrations, now: '2026-03-31' },
    { metric: 'payments.count', ...question },
  ).plan;
  return [range.from, range.to];
}

describe('a question without days', () => {
  it('is about the newest whole periods', () => {
    expect(rangeOf({})).toEqual(['2026-03-02', '2026-03-31']);
    expect(rangeOf({ granularity: 'week' })).toEqual(['2026-01-12', '2026-03-31']);
    expect(rangeOf({ granularity: 'week', weekStart: 'sunday' })).toEqual([
      '2026-01-11',
      '2026-03-31',
    ]);
    expect(rangeOf({ granularity: 'month' })).toEqual(['2025-04-01', '2026-03-31']);
    expect(rangeOf({ granularity: 'quarter' })).toEqual(['2024-04-01', '2026-03-31']);
    expect(rangeOf({ to: '2026-01-31' })).toEqual(['2026-01-02', '2026-01-31']);
  });

  it('ends on the day it is where the day is latest', () => {
    // Noon in Greenwich is past midnight in Kiritimati and half past one in the morning in Honolulu.
    expect(rangeOf({}, ['Pacific/Honolulu', 'Pacific/Kiritimati'])[1]).toBe('2026-04-01');
    expect(rangeOf({}, ['Pacific/Honolulu'])[1]).toBe('2026-03-31');
    expect(rangeOf({}, [])[1]).toBe('2026-03-31');
  });
});

describe('a dimension', () => {
  const question = { metric: 'refunds.amount', groupBy: ['reason'] };

  it('is refused where a connected provider of the metric does not tell it apart', () => {
    expect(() => ask({ series: [], integrations: [ACCOUNT, SHOP] }, question)).toThrow(
      expect.objectContaining({ code: 'dimension_unknown' }),
    );
  });

  it('is taken where only other providers do not', () => {
    const alone = { ...question, filter: ['provider:stripe'] };
    expect(ask({ series: [], integrations: [ACCOUNT, SHOP] }, alone).series).toEqual([]);
    expect(ask({ series: [], integrations: [ACCOUNT] }, question).series).toEqual([]);
  });

  it('is provider and currency anyway, which need no asking for', () => {
    const made = {
      series: [{ metric: 'refunds.amount', currency: 'EUR', points: { '2026-03-31': 100 } }],
    };
    const [series] = askJson(made, {
      metric: 'refunds.amount',
      groupBy: ['currency', 'provider'],
    }).series;
    expect([series.currency, series.provider, series.dimensions]).toEqual(['EUR', 'stripe', {}]);
  });

  it('that counts cannot be filtered by currency, unless money is asked for beside', () => {
    const filter = ['currency:EUR'];
    expect(() => ask({ series: [] }, { metric: 'payments.count', filter })).toThrow(
      expect.objectContaining({ code: 'dimension_unknown' }),
    );
    const metric = ['payments.count', 'refunds.amount'];
    expect(ask({ series: [] }, { metric, filter }).series).toEqual([]);
  });
});

describe('a metric', () => {
  it('of one name at two providers is two in the catalogue', () => {
    const listed = new ListMetrics(catalogue).execute().items;
    expect(
      listed.filter(({ key }) => key === 'refunds.amount').map(({ provider }) => provider),
    ).toEqual(['stripe', 'visits']);
  });

  it('tells by what it may be asked, and what it was counted over', () => {
    const listed = new ListMetrics(catalogue).execute().items;
    const gist = listed
      .filter(({ key }) => key.startsWith('web.') || key === 'orders.value')
      .map(({ key, aggregation, per, granularities, digits }) => [
        key,
        aggregation,
        per,
        granularities.join(),
        digits,
      ]);
    expect(gist).toEqual([
      ['orders.value', 'ratio', undefined, 'day,week,month,quarter', null],
      ['web.users_7d', 'unique', '7d', 'day', 0],
      ['web.users_day', 'unique', 'day', 'day', 0],
      ['web.users_month', 'unique', 'month', 'month', 0],
    ]);
  });

  it('asked for twice is answered once, and nobody’s is an error', () => {
    const made = { series: [{ metric: 'payments.count', points: { '2026-03-31': 1 } }] };
    expect(askJson(made, { metric: ['payments.count', 'payments.count'] }).series).toHaveLength(1);
    for (const question of [
      { metric: 'payments.nothing' },
      { metric: '__proto__' },
      { metric: 'payments.count', filter: ['provider:visits'] },
    ]) {
      expect(() => ask({ series: [] }, question)).toThrow(
        expect.objectContaining({ code: 'metric_unknown' }),
      );
    }
  });
});
