import { describe, expect, test } from '@jest/globals';
import { Zone } from '../../../sandbox/business/zone.js';
import type { Stream } from '../../../src/connectors/kit/stream.js';
import { findConnectors } from '../../../src/connectors/registry.js';
import { type StreamState, unread } from '../../../src/data-plane/sync/plan/stream-state.js';
import { type Moment, nextWorkAt } from '../../../src/data-plane/sync/plan/works-of.js';
import { addDays, type Day, dayNumber } from '../../../src/kernel/calendar.js';
import { ZoneClock } from '../../../src/kernel/zone-clock.js';
import { anyDays, reachesOf } from '../../support/clock/any-days.js';
import { dayBefore, momentOf, type Slice, workOff } from './support/work-off.js';

const connectors = (await findConnectors()).values();
const [...all] = connectors;
const days = anyDays(all);
const HOUR_MS = 3_600_000;

/** Ahead and behind, with long and short days at other times of the year, two of them at midnight. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Tokyo',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Cairo',
];
const clocks = new Map(ZONES.map((zone) => [zone, new ZoneClock(zone)]));

/** One of each kind: what a plan is made of tells streams apart, and nothing else. */
const streams = [
  ...new Map(
    all
      .flatMap((connector) => connector.streams)
      .map((it) => {
        const { covers, sliceDays, historyDays, lookBackDays, recentDays, everyMinutes } = it;
        const key = [covers, sliceDays, historyDays, lookBackDays, recentDays, everyMinutes];
        return [key.join(), it as Stream];
      }),
  ).values(),
];

describe('the table of days', () => {
  test('has each window of the connectors begin on the first and on the last day of a month', () => {
    const known = new Set(days.map(({ at }) => new Date(at).toISOString().slice(0, 10)));
    for (const reach of reachesOf(all)) {
      const begins = [...known].map((day) => addDays(day, -reach));
      expect(begins.some((day) => day.endsWith('-01'))).toBe(true);
      expect(begins.some((day) => addDays(day, 1).endsWith('-01'))).toBe(true);
    }
  });
});

describe.each(days)('on $why', ({ at }) => {
  test('days and their beginnings are those of the zone', () => {
    for (const [zone, clock] of clocks) {
      const other = new Zone(zone);
      for (let hours = -30; hours <= 30; hours += 1) {
        const instant = at + hours * HOUR_MS;
        expect([zone, clock.dayOf(instant)]).toEqual([zone, other.dayOf(instant)]);
      }
      const today = clock.dayOf(at);
      expect(clock.dayOf(clock.startOf(today))).toBe(today);
      expect(clock.dayOf(clock.startOf(today) - 1)).toBe(dayBefore(today));
    }
  });

  test('a first sync reads each history from its first day to today', () => {
    const moments = ZONES.map((zone) => momentOf(clockOf(zone), at));
    // Zones in which it is the same day are planned alike.
    for (const moment of new Map(moments.map((it) => [it.today, it])).values()) {
      for (const stream of streams) expectFirstSync(stream, moment);
    }
  });

  test('the days after it read each day once more when it can no longer change', () => {
    // Another zone on each day: all of them on all days would take minutes.
    const zone = ZONES[days.findIndex((it) => it.at === at) % ZONES.length] ?? 'UTC';
    const unsettled = streams
      .filter(({ covers }) => covers === 'days')
      .flatMap((stream) => unsettledDays(stream, clockOf(zone), at));
    expect({ zone, unsettled }).toEqual({ zone, unsettled: [] });
  });
});

function clockOf(zone: string): ZoneClock {
  return clocks.get(zone) ?? new ZoneClock(zone);
}

function expectFirstSync(stream: Stream, moment: Moment): void {
  const { slices, state } = workOff(stream, unread(stream.name), moment);
  const { now, today } = moment;
  const first = stream.covers === 'today' ? today : addDays(today, -stream.historyDays);
  expectInARow(slices, first, today);
  if (stream.covers === 'days') for (const slice of slices) expectFits(stream, slice);
  else expect(slices).toHaveLength(1);
  expect(state).toMatchObject({ stream: stream.name, coveredFrom: first, coveredTo: today });
  expect(nextWorkAt(stream, state, [], moment)).toBe(now + stream.everyMinutes * 60_000);
}

/** The newest first, without a gap, and nothing twice. */
function expectInARow(slices: readonly Slice[], first: Day, last: Day): void {
  let expected = last;
  for (const { from, to } of slices) {
    expect(to).toBe(expected);
    expect(from <= to).toBe(true);
    expected = dayBefore(from);
  }
  expect(expected).toBe(dayBefore(first));
}

function expectFits({ sliceDays }: Stream, { from, to }: Slice): void {
  expect(dayNumber(to) - dayNumber(from)).toBeLessThan(sliceDays);
  if (sliceDays === 31) expect(from.slice(0, 7)).toBe(to.slice(0, 7));
}

/** Days that may have changed since they were read for the last time. */
function unsettledDays(stream: Stream, clock: ZoneClock, at: number): string[] {
  const begin = clock.dayOf(at);
  const lastRead = new Map<Day, Day>();
  let state: StreamState = unread(stream.name);
  const look = (now: number): Day => {
    const moment = momentOf(clock, now);
    const worked = workOff(stream, state, moment);
    state = worked.state;
    for (const { from, to } of worked.slices) {
      for (let day = to; day >= from; day = dayBefore(day)) lastRead.set(day, moment.today);
    }
    return moment.today;
  };
  let hours = 0;
  // About twice a day; and once nobody looks for two days.
  for (let step = 0; step <= 2 * (stream.lookBackDays + 2); step += 1) {
    look(at + hours * HOUR_MS);
    hours += step === 3 ? 50 : 12.5;
  }
  const today = look(at + (hours + 24) * HOUR_MS);
  const found: string[] = [];
  for (let day = today; day >= addDays(begin, -stream.lookBackDays); day = dayBefore(day)) {
    const read = lastRead.get(day) ?? '';
    const isSettled = read > addDays(day, stream.lookBackDays);
    if (read !== today && !isSettled) found.push(`${day} of ${stream.name}, read on ${read}`);
  }
  return found;
}
