import { addDays, type Day, dayNumber, dayOfNumber } from '../../../kernel/calendar.js';
import type { Granularity, WeekStart } from '../catalogue/granularity.js';

/** 1970-01-01 was a Thursday. */
const MONDAY_BEFORE = -3;
const SUNDAY_BEFORE = -4;

/** The first day of the week, month or quarter that the day is in. */
export function periodStart(day: Day, granularity: Granularity, weekStart: WeekStart): Day {
  switch (granularity) {
    case 'day':
      return day;
    case 'week': {
      const anchor = weekStart === 'monday' ? MONDAY_BEFORE : SUNDAY_BEFORE;
      const number = dayNumber(day);
      return dayOfNumber(number - ((((number - anchor) % 7) + 7) % 7));
    }
    case 'month':
      return `${day.slice(0, 7)}-01`;
    case 'quarter': {
      const month = Number(day.slice(5, 7));
      return monthText(Number(day.slice(0, 4)), month - ((month - 1) % 3));
    }
  }
}

/** The first day of the period after the one that begins on this day. */
export function nextPeriod(start: Day, granularity: Granularity): Day {
  switch (granularity) {
    case 'day':
      return addDays(start, 1);
    case 'week':
      return addDays(start, 7);
    case 'month':
      return addMonths(start, 1);
    case 'quarter':
      return addMonths(start, 3);
  }
}

/** The same day of another month; that month's last where it is shorter. */
export function addMonths(day: Day, months: number): Day {
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
  const first = monthText(year, month + months);
  const last = lastOfMonth(first);
  const same = `${first.slice(0, 8)}${day.slice(8)}`;
  return same < last ? same : last;
}

export function lastOfMonth(day: Day): Day {
  return addDays(monthText(Number(day.slice(0, 4)), Number(day.slice(5, 7)) + 1), -1);
}

export function monthsBetween(from: Day, to: Day): number {
  return monthIndex(to) - monthIndex(from);
}

function monthIndex(day: Day): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
}

/** @param month may be below 1 or above 12 */
function monthText(year: number, month: number): Day {
  const index = year * 12 + month - 1;
  const [inYear, inMonth] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
  return `${String(inYear).padStart(4, '0')}-${String(inMonth).padStart(2, '0')}-01`;
}
