import { describe, expect, it } from '@jest/globals';
import { bucketsOf } from '../../../src/data-plane/metrics/query/buckets.js';
import {
  addMonths,
  lastOfMonth,
  nextPeriod,
  periodStart,
} from '../../../src/data-plane/metrics/query/periods.js';
import { addDays } from '../../../src/kernel/calendar.js';

describe('weeks', () => {
  it('begin on Monday or on Sunday, also over new year and before 1970', () => {
    expect(periodStart('2026-01-01', 'week', 'monday')).toBe('2025-12-29');
    expect(periodStart('2026-01-01', 'week', 'sunday')).toBe('2025-12-28');
    expect(periodStart('2026-01-04', 'week', 'monday')).toBe('2025-12-29');
    expect(periodStart('2026-01-04', 'week', 'sunday')).toBe('2026-01-04');
    expect(periodStart('1969-12-31', 'week', 'monday')).toBe('1969-12-29');
    expect(periodStart('1970-01-04', 'week', 'sunday')).toBe('1970-01-04');
  });

  it('hold seven days each, 53 of them in a long ISO year', () => {
    // 2020 had 53 ISO weeks: from Monday 2019-12-30 to Sunday 2021-01-03.
    const { days, partial } = bucketsOf(
      { from: '2019-12-30', to: '2021-01-03' },
      { granularity: 'week', weekStart: 'monday' },
      '2019-12-30',
    );
    expect(days).toHaveLength(53);
    expect(partial).toEqual([]);
    expect(days.every((day) => new Date(`${day}T00:00:00Z`).getUTCDay() === 1)).toBe(true);
  });
});

describe('months and quarters', () => {
  it('begin on their first day', () => {
    expect(periodStart('2024-02-29', 'month', 'monday')).toBe('2024-02-01');
    expect(
      ['2026-01-31', '2026-03-31', '2026-04-01', '2026-09-30', '2026-12-31'].map((day) =>
        periodStart(day, 'quarter', 'monday'),
      ),
    ).toEqual(['2026-01-01', '2026-01-01', '2026-04-01', '2026-07-01', '2026-10-01']);
  });

  it('move over the end of a year and to the last day of a shorter month', () => {
    expect(nextPeriod('2025-12-01', 'month')).toBe('2026-01-01');
    expect(nextPeriod('2025-10-01', 'quarter')).toBe('2026-01-01');
    expect(addMonths('2024-03-31', -1)).toBe('2024-02-29');
    expect(addMonths('2026-01-15', -13)).toBe('2024-12-15');
    expect(lastOfMonth('2100-02-10')).toBe('2100-02-28');
  });
});

describe('the periods of a range', () => {
  it('cover each day once, whatever the range', () => {
    for (const granularity of ['day', 'week', 'month', 'quarter'] as const) {
      for (let shift = 0; shift < 40; shift += 1) {
        const range = { from: addDays('2023-12-10', shift), to: addDays('2024-03-20', shift * 3) };
        const base = addDays(range.from, -100);
        const { days, offsets, starts } = bucketsOf(
          range,
          { granularity, weekStart: 'sunday' },
          base,
        );
        expect(addDays(base, offsets[0] ?? -1)).toBe(range.from);
        expect(addDays(base, (offsets.at(-1) ?? -1) - 1)).toBe(range.to);
        expect([...offsets].toSorted((a, b) => a - b)).toEqual([...offsets]);
        expect(days.map((day) => periodStart(day, granularity, 'sunday'))).toEqual(days);
        expect([...starts].map((at) => addDays(base, at))).toEqual(days);
      }
    }
  });

  it('are marked where the range cuts them', () => {
    expect(cutMonths('2026-01-01', '2026-02-28')).toEqual([]);
    expect(cutMonths('2026-01-02', '2026-03-30')).toEqual(['2026-01-01', '2026-03-01']);
    expect(cutMonths('2024-02-01', '2024-02-28')).toEqual(['2024-02-01']);
  });
});

function cutMonths(from: string, to: string): readonly string[] {
  return bucketsOf({ from, to }, { granularity: 'month', weekStart: 'monday' }, from).partial;
}
