import type { Connector } from '../../../src/connectors/kit/connector.js';
import { addDays, type Day } from '../../../src/kernel/calendar.js';
import { startOfClock, TODAY } from './test-today.js';

/** An instant at which something that hangs on the day could go wrong. */
export interface AnyDay {
  at: number;
  /** For the name of a test. */
  why: string;
  /** What begins or ends with a month on this day, so many days ago; null: no window does, it is special itself. */
  reach: number | null;
}

/** Set by the run's setup, so that all suites of a run draw the same. */
export const DRAWN = 'NUMOON_TEST_DRAWN_DAY';

/** Beginnings of months that windows of days are made to reach back to: of years, of quarters, behind a leap day. */
const MONTHS: readonly Day[] = [
  '2025-01-01',
  '2024-10-01',
  '2028-03-01',
  '2027-01-01',
  '2026-04-01',
  '2026-07-01',
  '2027-03-01',
  '2026-12-01',
  '2027-10-01',
  '2026-02-01',
];

const CALENDAR: Readonly<Record<string, string>> = {
  '2028-02-29': 'the day that most years lack',
  '2028-03-01': 'the day after it',
  '2027-03-01': 'the day after a February of 28',
  '2026-12-31': 'the last day of a year',
  '2027-01-01': 'the first day of a year',
  '2027-03-31': 'the last day of a quarter',
  '2027-04-01': 'the first day of a quarter',
  '2026-11-30': 'the last day of a month',
  '2026-12-01': 'the first day of a month',
  '2027-03-28': 'clocks go forward in Europe',
  '2026-10-25': 'clocks go back in Europe',
  '2027-03-14': 'clocks go forward in the United States',
  '2026-11-01': 'clocks go back in the United States',
  '2027-04-04': 'clocks go back in Australia',
  '2026-10-04': 'clocks go forward in Australia',
  '2026-12-31T10:30:00Z': 'a new year on Kiritimati alone',
  '2027-01-01T10:30:00Z': 'an old year on Pago Pago alone',
  '2027-03-27T22:59:59Z': "the last second before Berlin's short day",
  '2026-11-01T04:00:00Z': "the first second of New York's long day",
};

/** Of every connector: how far back streams reach, the furthest first. */
export function reachesOf(connectors: Iterable<Connector>): number[] {
  const streams = [...connectors].flatMap(({ streams }) => streams);
  const days = streams.flatMap(({ covers, historyDays, lookBackDays }) =>
    covers === 'today' ? [] : [historyDays, lookBackDays],
  );
  return [...new Set(days)].toSorted((a, b) => b - a);
}

/**
 * Days on which each window that streams have, a history or a look-back, begins with the first and with the
 * last day of a month; then what calendars and clocks have in store; then one that is drawn anew in each run.
 */
export function anyDays(connectors: Iterable<Connector>): AnyDay[] {
  const edges = reachesOf(connectors).flatMap((reach, at): AnyDay[] => {
    const month = MONTHS[at % MONTHS.length] ?? '2026-12-01';
    const first = addDays(month, reach);
    return [
      named(addDays(first, -1), `${reach} days behind the last day of a month`, reach),
      named(first, `${reach} days behind ${month}`, reach),
    ];
  });
  const special = Object.entries(CALENDAR).map(([day, why]) => named(day, why, null));
  return [...edges, ...special, drawnDay()];
}

function named(day: string, why: string, reach: number | null): AnyDay {
  return { at: startOfClock(day), why: `${day}, ${why}`, reach };
}

/** The one that `NUMOON_TEST_TODAY` sets, or one of the days that the run drew. */
function drawnDay(): AnyDay {
  const set = process.env[TODAY];
  const day = set === undefined || set === '' ? process.env[DRAWN] : set;
  if (day === undefined) throw new Error('No day was drawn: the setup of the run does that.');
  const why = `any day (again with ${TODAY}=${day})`;
  return { at: startOfClock(day), why, reach: null };
}

/** A day on which the sandbox's businesses are grown, and not yet large. */
export function drawDay(): Day {
  return addDays('2025-09-01', Math.floor(Math.random() * 1_200));
}
