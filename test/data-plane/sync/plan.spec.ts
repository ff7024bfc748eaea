import { describe, expect, it } from '@jest/globals';
import type { Stream } from '../../../src/connectors/kit/stream.js';
import { advance } from '../../../src/data-plane/sync/plan/advance.js';
import { nextWork } from '../../../src/data-plane/sync/plan/next-work.js';
import { type StreamState, unread } from '../../../src/data-plane/sync/plan/stream-state.js';
import { type Moment, nextWorkAt, worksOf } from '../../../src/data-plane/sync/plan/works-of.js';
import { nextCursor } from '../../../src/data-plane/sync/slice/next-cursor.js';
import { addDays, dayNumber, dayOfNumber, type Day } from '../../../src/kernel/calendar.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const stream = (more: Partial<Stream> = {}): Stream => ({
  name: 'sales',
  metrics: [],
  covers: 'days',
  sliceDays: 31,
  historyDays: 400,
  lookBackDays: 30,
  everyMinutes: 15,
  lookBackEveryHours: 24,
  recentDays: 3,
  page: () => Promise.reject(new Error('not here')),
  map: () => undefined,
  ...more,
});

const momentAt = (now: number): Moment => ({
  now,
  today: dayOfNumber(Math.floor(now / DAY_MS)),
  dayOf: (at) => dayOfNumber(Math.floor(at / DAY_MS)),
  recentAfter: 0,
  lookBackAfter: 0,
});

/** Works off everything there is, one slice after the other. */
function workOff(what: Stream, state: StreamState, at: Moment) {
  const slices: [string, Day, Day][] = [];
  for (;;) {
    const item = nextWork(worksOf(what, state, [], at));
    if (item === null) return { slices, state };
    slices.push([item.kind, item.from, item.to]);
    state = advance(state, item, at, []);
    if (slices.length > 500) throw new Error('It does not come to an end.');
  }
}

describe('history', () => {
  it('goes back month by month, the last month first, each day once', () => {
    const at = momentAt(Date.parse('2026-03-05T10:00:00Z'));
    const { slices, state } = workOff(stream(), unread('sales'), at);
    expect(slices.slice(0, 3)).toEqual([
      ['first', '2026-03-01', '2026-03-05'],
      ['first', '2026-02-01', '2026-02-28'],
      ['history', '2026-01-01', '2026-01-31'],
    ]);
    const days = slices.flatMap(([, from, to]) =>
      Array.from({ length: dayNumber(to) - dayNumber(from) + 1 }, (_, at) => addDays(from, at)),
    );
    expect(new Set(days).size).toBe(days.length);
    expect(days.length).toBe(401);
    expect(state.coveredFrom).toBe(addDays('2026-03-05', -400));
    expect(nextWorkAt(stream(), state, [], at)).toBe(at.now + 15 * 60_000);
  });

  it.each([1, 7, 30, 31, 90])('in slices of %i days covers all days', (sliceDays) => {
    const at = momentAt(Date.parse('2024-03-01T00:00:00Z'));
    const { slices } = workOff(stream({ sliceDays }), unread('sales'), at);
    let expected = '2024-03-01';
    for (const [, from, to] of slices) {
      expect(to).toBe(expected);
      expect(dayNumber(to) - dayNumber(from)).toBeLessThan(sliceDays);
      expected = addDays(from, -1);
    }
    expect(expected).toBe(addDays('2024-03-01', -401));
  });
});

describe('whatever happens and however long nobody looks', () => {
  it.each([1, 2, 3, 4])(
    'every day is read once more after it can no longer change (%i)',
    (seed) => {
      let chance = seed;
      const next = (): number => {
        chance = (Math.imul(chance, 1_664_525) + 1_013_904_223) >>> 0;
        return chance / 2 ** 32;
      };
      const what = stream({ lookBackDays: 10, sliceDays: 7, historyDays: 60 });
      const lastRead = new Map<Day, number>();
      let state = unread('sales');
      let now = Date.parse('2026-01-10T12:00:00Z');
      const begin = dayOfNumber(Math.floor(now / DAY_MS));
      for (let step = 0; step < 300; step += 1) {
        now += next() < 0.05 ? next() * 40 * DAY_MS : next() * 5 * HOUR_MS;
        const at = momentAt(now);
        const worked = workOff(what, state, at);
        state = worked.state;
        for (const [, from, to] of worked.slices) {
          for (let day = from; day <= to; day = addDays(day, 1)) lastRead.set(day, now);
        }
      }
      // The last word, a day later.
      now += 2 * DAY_MS;
      for (const [, from, to] of workOff(what, state, momentAt(now)).slices) {
        for (let day = from; day <= to; day = addDays(day, 1)) lastRead.set(day, now);
      }
      const today = dayOfNumber(Math.floor(now / DAY_MS));
      for (let day = addDays(begin, -60); day <= today; day = addDays(day, 1)) {
        const read = lastRead.get(day);
        if (read === undefined) throw new Error(`${day} was never read.`);
        const isFinal = dayNumber(day) + 10 < dayNumber(today);
        if (isFinal && day > addDays(begin, -11)) {
          expect(Math.floor(read / DAY_MS)).toBeGreaterThan(dayNumber(day) + 9);
        }
      }
    },
  );
});

describe('a provider that leads in a circle', () => {
  it.each([1, 2, 3, 10, 1_000])('of %i pages is noticed', (length) => {
    let place = { cursor: null as string | null, pages: 0, mark: null as string | null };
    const walk = (): void => {
      for (let page = 0; page < 5_000; page += 1) {
        place = nextCursor(place, String(page % length));
      }
    };
    expect(walk).toThrow('the next page is another one');
    expect(place.pages).toBeLessThan(4 * length + 4);
  });

  it('and one that goes on and on is not taken for it', () => {
    let place = { cursor: null as string | null, pages: 0, mark: null as string | null };
    for (let page = 0; page < 5_000; page += 1) place = nextCursor(place, String(page));
    expect(place.pages).toBe(5_000);
  });
});
