/** The setting that says which day it is in the suites below, and in the test of one more day. */
export const TODAY = 'NUMOON_TEST_TODAY';

/** Suites in which the day of the run could decide a result. */
const DATED = [
  'test/connectors/',
  'test/sandbox/',
  'test/data-plane/sync/',
  'test/data-plane/metrics-query/',
  'test/data-plane/metrics-store/',
  'test/data-plane/tokens/',
  'test/data-plane/webhooks/',
];

/**
 * In UTC, and on the same day in every zone from 12 hours behind to 11 ahead: a suite that lasts some
 * minutes does not begin on one day and end on another.
 */
const TIME = 'T12:30:00Z';

export function isDated(testPath: string): boolean {
  const path = testPath.replaceAll('\\', '/');
  return DATED.some((folder) => path.includes(`/${folder}`));
}

/**
 * The instant at which the clock stands when a suite begins: the middle of the day that is set, or the very
 * instant (`2026-11-30T23:59:50Z`); without a setting, the middle of the real day.
 *
 * @throws where what is set is neither
 */
export function startOfClock(
  set = process.env[TODAY],
  realDay = new Date().toISOString().slice(0, 10),
): number {
  const text = set === undefined || set === '' ? realDay : set;
  const at = Date.parse(text.length === 10 ? `${text}${TIME}` : text);
  const isSound = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(text);
  if (isSound && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text.slice(0, 10))) {
    return at;
  }
  throw new Error(
    `${TODAY} is a day (2026-11-30) or an instant (2026-11-30T23:59:50Z), not ${text}.`,
  );
}
