import { addDays, type Day, dayNumber, isDay, laterDay } from '../../../kernel/calendar.js';
import { ZoneClock } from '../../../kernel/zone-clock.js';
import type { Granularity } from '../catalogue/granularity.js';
import type { Range, Rhythm } from './buckets.js';
import type { IntegrationFact } from './integration-facts.js';
import { addMonths, periodStart } from './periods.js';
import { RangeInvalidError, RangeTooLongError } from './query.errors.js';

/** Ten years with their leap days. */
const MAX_DAYS = 3_660;

/** No provider's history begins before, and a typing error is told early. */
const FIRST: Day = '1990-01-01';
const LAST: Day = '2199-12-31';

/**
 * The days asked for. Without `to` it ends today, where it is latest among the accounts; without
 * `from` it begins 30 days, 12 weeks, 12 months or 8 quarters before the end, with a whole period.
 *
 * @throws RangeInvalidError | RangeTooLongError
 */
export function rangeOf(
  asked: Rhythm & { from?: string; to?: string },
  facts: readonly IntegrationFact[],
  nowMs: number,
): Range {
  const to = asked.to === undefined ? today(facts, nowMs) : dayIn(asked.to, 'to');
  const from = asked.from === undefined ? defaultFrom(to, asked) : dayIn(asked.from, 'from');
  if (from > to) {
    throw new RangeInvalidError('"from" is after "to". Both days are included.', 'from');
  }
  if (dayNumber(to) - dayNumber(from) >= MAX_DAYS) throw new RangeTooLongError(MAX_DAYS);
  return { from, to };
}

function dayIn(text: string, field: 'from' | 'to'): Day {
  if (!isDay(text) || text < FIRST || text > LAST) {
    throw new RangeInvalidError(
      `"${field}" must be a day that exists, written as 2026-01-31, from ${FIRST} to ${LAST}.`,
      field,
    );
  }
  return text;
}

function today(facts: readonly IntegrationFact[], nowMs: number): Day {
  const zones = new Set(facts.map(({ timeZone }) => timeZone ?? 'UTC'));
  if (zones.size === 0) zones.add('UTC');
  return [...zones].map((zone) => new ZoneClock(zone).dayOf(nowMs)).reduce(laterDay);
}

function defaultFrom(to: Day, { granularity, weekStart }: Rhythm): Day {
  const start = periodStart(to, granularity, weekStart);
  return STEPS_BACK[granularity](start);
}

const STEPS_BACK: Record<Granularity, (start: Day) => Day> = {
  day: (start) => addDays(start, -29),
  week: (start) => addDays(start, -11 * 7),
  month: (start) => addMonths(start, -11),
  quarter: (start) => addMonths(start, -7 * 3),
};
