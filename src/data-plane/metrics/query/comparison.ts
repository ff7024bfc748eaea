import { addDays, type Day, dayNumber } from '../../../kernel/calendar.js';
import type { Range, Rhythm } from './buckets.js';
import { addMonths, lastOfMonth, monthsBetween, periodStart } from './periods.js';

export const COMPARISONS = ['previous-period', 'previous-year'] as const;

export type Comparison = (typeof COMPARISONS)[number];

export interface ComparedRange extends Range {
  /** The day over there that belongs to a point's day here; null where its month has no such day. */
  counterpart(day: Day): Day | null;
}

/**
 * The range to compare with. Weeks move by whole weeks, so that each meets one with the same weekdays.
 * Months, quarters, and days of a range of whole months move by months, so that February is held
 * against January and not against its last 28 days. All else moves by its own length.
 */
export function comparedRange(range: Range, rhythm: Rhythm, comparison: Comparison): ComparedRange {
  const { granularity } = rhythm;
  if (granularity === 'week') {
    const weeks = comparison === 'previous-year' ? 52 : weeksTouched(range, rhythm);
    return movedByDays(range, weeks * 7);
  }
  if (comparison === 'previous-year') return movedByMonths(range, 12, granularity !== 'day');
  if (granularity === 'quarter') {
    const first = periodStart(range.from, granularity, rhythm.weekStart);
    const last = periodStart(range.to, granularity, rhythm.weekStart);
    return movedByMonths(range, monthsBetween(first, last) + 3, true);
  }
  if (granularity === 'month' || isWholeMonths(range)) {
    return movedByMonths(range, monthsBetween(range.from, range.to) + 1, true);
  }
  return movedByDays(range, dayNumber(range.to) - dayNumber(range.from) + 1);
}

function movedByDays({ from, to }: Range, days: number): ComparedRange {
  return {
    from: addDays(from, -days),
    to: addDays(to, -days),
    counterpart: (day) => addDays(day, -days),
  };
}

/** @param keepsEnd a range that ends with a month ends with the other month too, however long it is */
function movedByMonths(range: Range, months: number, keepsEnd: boolean): ComparedRange {
  const to = addMonths(range.to, -months);
  const endsMonth = range.to === lastOfMonth(range.to);
  return {
    from: addMonths(range.from, -months),
    to: endsMonth && (keepsEnd || isWholeMonths(range)) ? lastOfMonth(to) : to,
    counterpart: (day) => {
      const other = addMonths(day, -months);
      return other.slice(8) === day.slice(8) ? other : null;
    },
  };
}

function isWholeMonths({ from, to }: Range): boolean {
  return from.endsWith('-01') && to === lastOfMonth(to);
}

function weeksTouched(range: Range, { granularity, weekStart }: Rhythm): number {
  const first = dayNumber(periodStart(range.from, granularity, weekStart));
  const last = dayNumber(periodStart(range.to, granularity, weekStart));
  return (last - first) / 7 + 1;
}
