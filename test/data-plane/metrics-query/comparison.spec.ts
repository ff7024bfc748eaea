import { describe, expect, it } from '@jest/globals';
import {
  comparedRange,
  type Comparison,
} from '../../../src/data-plane/metrics/query/comparison.js';
import type { Granularity } from '../../../src/data-plane/metrics/catalogue/granularity.js';
import { addDays } from '../../../src/kernel/calendar.js';
import { askCsv, askJson, type Case } from './support/made-data.js';

const COUNT = 'payments.count';

function range(from: string, to: string, granularity: Granularity, comparison: Comparison) {
  const other = comparedRange({ from, to }, { granularity, weekStart: 'monday' }, comparison);
  return [other.from, other.to];
}

describe('the period before', () => {
  it('of whole months is as many whole months, however long', () => {
    expect(range('2026-02-01', '2026-02-28', 'day', 'previous-period')).toEqual([
      '2026-01-01',
      '2026-01-31',
    ]);
    expect(range('2026-03-01', '2026-03-31', 'month', 'previous-period')).toEqual([
      '2026-02-01',
      '2026-02-28',
    ]);
    expect(range('2024-03-01', '2024-04-30', 'month', 'previous-period')).toEqual([
      '2024-01-01',
      '2024-02-29',
    ]);
    expect(range('2026-01-01', '2026-06-30', 'quarter', 'previous-period')).toEqual([
      '2025-07-01',
      '2025-12-31',
    ]);
  });

  it('of a month so far is the month before up to that day', () => {
    expect(range('2026-03-01', '2026-03-15', 'month', 'previous-period')).toEqual([
      '2026-02-01',
      '2026-02-15',
    ]);
    expect(range('2026-04-01', '2026-05-10', 'quarter', 'previous-period')).toEqual([
      '2026-01-01',
      '2026-02-10',
    ]);
  });

  it('of other days is as many days, and of weeks whole weeks', () => {
    expect(range('2026-01-10', '2026-01-19', 'day', 'previous-period')).toEqual([
      '2025-12-31',
      '2026-01-09',
    ]);
    expect(range('2026-02-02', '2026-02-22', 'week', 'previous-period')).toEqual([
      '2026-01-12',
      '2026-02-01',
    ]);
    expect(range('2026-02-04', '2026-02-10', 'week', 'previous-period')).toEqual([
      '2026-01-21',
      '2026-01-27',
    ]);
  });
});

describe('the year before', () => {
  it('keeps dates over leap years, and weekdays by week', () => {
    expect(range('2025-02-01', '2025-02-28', 'day', 'previous-year')).toEqual([
      '2024-02-01',
      '2024-02-29',
    ]);
    expect(range('2024-02-01', '2024-02-29', 'month', 'previous-year')).toEqual([
      '2023-02-01',
      '2023-02-28',
    ]);
    expect(range('2025-02-10', '2025-02-28', 'day', 'previous-year')).toEqual([
      '2024-02-10',
      '2024-02-28',
    ]);
    expect(range('2026-01-05', '2026-01-18', 'week', 'previous-year')).toEqual([
      '2025-01-06',
      '2025-01-19',
    ]);
  });

  it('holds each date against the same date, and has none for 29 February', () => {
    const points: Record<string, number> = {};
    for (let day = '2023-02-27'; day <= '2024-03-02'; day = addDays(day, 1)) {
      points[day] = Number(day.slice(8));
    }
    const [series] = askJson(
      { series: [{ metric: COUNT, points }] },
      { metric: COUNT, from: '2024-02-27', to: '2024-03-02', compare: 'previous-year' },
    ).series;
    expect(series.comparison).toEqual({
      points: [['2023-02-27', 27], ['2023-02-28', 28], null, ['2023-03-01', 1], ['2023-03-02', 2]],
      unmatched: [],
    });
  });

  it('gives 29 February apart where this year has none', () => {
    const made: Case = {
      series: [{ metric: COUNT, points: { '2025-02-28': 1, '2024-02-28': 5, '2024-02-29': 7 } }],
    };
    const question = {
      metric: COUNT,
      from: '2025-02-28',
      to: '2025-03-01',
      compare: 'previous-year',
    } as const;
    const [series] = askJson(made, question).series;
    expect(series.comparison).toEqual({
      points: [
        ['2024-02-28', 5],
        ['2024-03-01', 0],
      ],
      unmatched: [['2024-02-29', 7]],
    });
    expect(askCsv(made, question).split('\r\n')).toEqual([
      'metric,provider,currency,date,value,comparison_date,comparison_value',
      'payments.count,stripe,,2025-02-28,1,2024-02-28,5',
      'payments.count,stripe,,2025-03-01,0,2024-03-01,0',
      'payments.count,stripe,,,,2024-02-29,7',
      '',
    ]);
  });
});

describe('a comparison', () => {
  it('has as many points as the series, and the days that only the longer month has apart', () => {
    const made: Case = {
      series: [{ metric: COUNT, points: { '2026-01-31': 31, '2026-01-28': 28, '2026-02-28': 9 } }],
    };
    const answer = askJson(made, {
      metric: COUNT,
      from: '2026-02-01',
      to: '2026-02-28',
      compare: 'previous-period',
    });
    expect(answer.comparison).toEqual({ from: '2026-01-01', to: '2026-01-31' });
    const [{ points, comparison }] = answer.series;
    expect(comparison.points).toHaveLength(points.length);
    expect(comparison.points[27]).toEqual(['2026-01-28', 28]);
    expect(comparison.unmatched).toEqual([
      ['2026-01-29', 0],
      ['2026-01-30', 0],
      ['2026-01-31', 31],
    ]);
  });

  it('shows a series that has values only over there', () => {
    const made: Case = {
      series: [
        { metric: COUNT, dimensions: { failure_code: 'expired' }, points: { '2026-01-10': 4 } },
      ],
    };
    const [series] = askJson(made, {
      metric: COUNT,
      groupBy: ['failure_code'],
      from: '2026-02-01',
      to: '2026-02-28',
      granularity: 'month',
      compare: 'previous-period',
    }).series;
    expect([series.points, series.comparison.points]).toEqual([
      [['2026-02-01', 0]],
      [['2026-01-01', 4]],
    ]);
  });
});
