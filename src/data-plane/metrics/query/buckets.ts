import { addDays, type Day, dayNumber, daysFrom } from '../../../kernel/calendar.js';
import type { Granularity, WeekStart } from '../catalogue/granularity.js';
import { nextPeriod, periodStart } from './periods.js';

export interface Range {
  /** First and last day, both included. */
  from: Day;
  to: Day;
}

export interface Rhythm {
  granularity: Granularity;
  weekStart: WeekStart;
}

/**
 * The periods of a range and where each lies in arrays of one value a day. `offsets[i]` to
 * `offsets[i + 1]` are the days of period `i` inside the range; `starts[i]` is the period's own first
 * day, which may be before the range.
 */
export interface Buckets {
  /** First day of each period, as points are dated. */
  days: readonly Day[];
  offsets: Int32Array;
  starts: Int32Array;
  /** Periods that the range holds only a part of. */
  partial: readonly Day[];
}

/** @param base the day at index 0 of the arrays; not after the range's first */
export function bucketsOf(range: Range, rhythm: Rhythm, base: Day): Buckets {
  const zero = dayNumber(base);
  if (rhythm.granularity === 'day') return daysOf(range, zero);
  const days: Day[] = [];
  const offsets: number[] = [];
  const starts: number[] = [];
  const partial: Day[] = [];
  let start = periodStart(range.from, rhythm.granularity, rhythm.weekStart);
  while (start <= range.to) {
    const next = nextPeriod(start, rhythm.granularity);
    days.push(start);
    starts.push(dayNumber(start) - zero);
    offsets.push(dayNumber(start < range.from ? range.from : start) - zero);
    if (start < range.from || addDays(next, -1) > range.to) partial.push(start);
    start = next;
  }
  offsets.push(dayNumber(range.to) + 1 - zero);
  return { days, offsets: Int32Array.from(offsets), starts: Int32Array.from(starts), partial };
}

/** By numbers alone: reading thousands of days as text would cost more than adding up their values. */
function daysOf({ from, to }: Range, zero: number): Buckets {
  const first = dayNumber(from);
  const count = dayNumber(to) - first + 1;
  return {
    days: daysFrom(first, count),
    offsets: Int32Array.from({ length: count + 1 }, (_, at) => first + at - zero),
    starts: Int32Array.from({ length: count }, (_, at) => first + at - zero),
    partial: [],
  };
}
