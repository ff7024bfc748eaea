import { describe, expect, it } from '@jest/globals';
import { addDays, dayNumber } from '../../src/kernel/calendar.js';
import { ZoneClock } from '../../src/kernel/zone-clock.js';

const HOUR = 3_600_000;
const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString();

/** Hours from the start of a day to the start of the next. */
function hoursOf(zone: string, day: string): number {
  const clock = new ZoneClock(zone);
  return (clock.startOf(addDays(day, 1)) - clock.startOf(day)) / HOUR;
}

describe('a day in a zone', () => {
  it('has 23 hours when clocks go forward and 25 when they go back', () => {
    expect(hoursOf('Europe/Berlin', '2026-03-29')).toBe(23);
    expect(hoursOf('Europe/Berlin', '2026-10-25')).toBe(25);
    expect(hoursOf('America/New_York', '2026-03-08')).toBe(23);
    expect(hoursOf('America/New_York', '2026-11-01')).toBe(25);
    expect(hoursOf('Australia/Lord_Howe', '2026-04-05')).toBe(24.5);
    expect(hoursOf('Asia/Kathmandu', '2026-03-29')).toBe(24);
  });

  it('begins and ends where the zone says, to the millisecond', () => {
    const berlin = new ZoneClock('Europe/Berlin');
    expect(iso(berlin.startOf('2026-03-29'))).toBe('2026-03-28T23:00:00.000Z');
    expect(iso(berlin.startOf('2026-03-30'))).toBe('2026-03-29T22:00:00.000Z');
    expect(berlin.dayOf(at('2026-03-29T21:59:59.999Z'))).toBe('2026-03-29');
    expect(berlin.dayOf(at('2026-03-29T22:00:00.000Z'))).toBe('2026-03-30');
    const newYork = new ZoneClock('America/New_York');
    expect(newYork.dayOf(at('2026-11-02T04:59:59.999Z'))).toBe('2026-11-01');
    expect(newYork.dayOf(at('2026-11-02T05:00:00.000Z'))).toBe('2026-11-02');
  });

  it('begins at one o’clock where midnight is skipped', () => {
    // Clocks go from 24:00 to 01:00 on these dates.
    expect(iso(new ZoneClock('Asia/Beirut').startOf('2024-03-31'))).toBe(
      '2024-03-30T22:00:00.000Z',
    );
    expect(iso(new ZoneClock('America/Santiago').startOf('2024-09-08'))).toBe(
      '2024-09-08T04:00:00.000Z',
    );
    expect(hoursOf('Asia/Beirut', '2024-03-31')).toBe(23);
    expect(hoursOf('America/Santiago', '2024-09-08')).toBe(23);
  });

  it('begins the first time it is midnight where midnight comes twice', () => {
    // In Havana clocks go from 01:00 back to 00:00; in Santiago and Beirut from 24:00 to 23:00.
    const havana = new ZoneClock('America/Havana');
    expect(iso(havana.startOf('2024-11-03'))).toBe('2024-11-03T04:00:00.000Z');
    expect(hoursOf('America/Havana', '2024-11-03')).toBe(25);
    expect(hoursOf('America/Santiago', '2024-04-06')).toBe(25);
    expect(hoursOf('Asia/Beirut', '2024-10-26')).toBe(25);
  });

  it('that Apia left out has no instant in it', () => {
    const apia = new ZoneClock('Pacific/Apia');
    // 30 December 2011 did not happen there.
    expect(apia.dayOf(at('2011-12-30T09:59:59.999Z'))).toBe('2011-12-29');
    expect(apia.dayOf(at('2011-12-30T10:00:00.000Z'))).toBe('2011-12-31');
    expect(iso(apia.startOf('2011-12-31'))).toBe('2011-12-30T10:00:00.000Z');
    expect(iso(apia.startOf('2011-12-30'))).toBe('2011-12-30T10:00:00.000Z');
    expect(hoursOf('Pacific/Apia', '2011-12-30')).toBe(0);
    expect(hoursOf('Pacific/Apia', '2011-12-29')).toBe(24);
  });

  it('holds the instant it begins and not the one before, for years of days in odd zones', () => {
    const zones = [
      'Europe/Berlin',
      'America/Santiago',
      'Asia/Beirut',
      'America/Havana',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
      'Asia/Gaza',
    ];
    for (const zone of zones) {
      const clock = new ZoneClock(zone);
      let before = clock.startOf('2022-12-31');
      for (let day = '2023-01-01'; day <= '2025-12-31'; day = addDays(day, 1)) {
        const start = clock.startOf(day);
        expect([zone, clock.dayOf(start), clock.dayOf(start - 1)]).toEqual([
          zone,
          day,
          addDays(day, -1),
        ]);
        expect(start).toBeGreaterThan(before);
        before = start;
      }
    }
  });

  it('is refused for a zone that does not exist', () => {
    expect(() => new ZoneClock('Mars/Olympus')).toThrow(RangeError);
  });

  it('is that of the zone however long it is asked', () => {
    const clock = new ZoneClock('Europe/Berlin');
    const first = dayNumber('1990-01-01') * 24 * HOUR;
    // More quarters of an hour than are remembered.
    for (let quarter = 0; quarter < 71_000; quarter += 1) clock.dayOf(first + quarter * 900_000);
    expect(clock.dayOf(at('2026-07-01T22:00:00Z'))).toBe('2026-07-02');
  });
});
