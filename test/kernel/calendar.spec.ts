import { describe, expect, it } from '@jest/globals';
import {
  addDays,
  dayNumber,
  dayOfNumber,
  daysFrom,
  earlierDay,
  isDay,
  laterDay,
} from '../../src/kernel/calendar.js';

describe('days', () => {
  it('in a row are those of each number, over leap days and the ends of years', () => {
    const first = dayNumber('1895-12-30');
    const count = dayNumber('2105-03-02') - first;
    expect(daysFrom(first, count)).toEqual(
      Array.from({ length: count }, (_, at) => dayOfNumber(first + at)),
    );
    expect(daysFrom(first, 0)).toEqual([]);
  });

  it('are those that exist, in one form', () => {
    for (const day of [
      '2024-02-29',
      '2000-02-29',
      '1970-01-01',
      '1969-12-31',
      '9999-12-31',
      '0001-01-01',
    ]) {
      expect([day, isDay(day)]).toEqual([day, true]);
    }
    for (const text of [
      '2026-02-29',
      '1900-02-29',
      '2026-02-30',
      '2026-04-31',
      '2026-13-01',
      '2026-00-10',
      '2026-01-00',
      '2026-1-1',
      '20260101',
      '2026-01-01T00:00:00Z',
      ' 2026-01-01',
      '2026-01-01\n',
      '+02026-01-01',
      '２０２６-01-01',
      '',
    ]) {
      expect([text, isDay(text)]).toEqual([text, false]);
    }
  });

  it('are counted over leap years and back', () => {
    expect(dayNumber('1970-01-01')).toBe(0);
    expect(dayNumber('2024-03-01') - dayNumber('2024-02-28')).toBe(2);
    expect(dayNumber('2100-03-01') - dayNumber('2100-02-28')).toBe(1);
    expect(addDays('2024-12-31', 1)).toBe('2025-01-01');
    expect(addDays('1970-01-01', -1)).toBe('1969-12-31');
    for (let number = -800_000 / 100; number < 40_000; number += 37) {
      expect(dayNumber(dayOfNumber(number))).toBe(number);
    }
  });

  it('that do not exist have no number', () => {
    for (const text of ['2026-02-29', '2026-04-31', '2026-13-01', 'today', '2026-1-1']) {
      expect(() => dayNumber(text)).toThrow(RangeError);
    }
  });

  it('are compared as text', () => {
    expect(earlierDay('2026-01-31', '2026-02-01')).toBe('2026-01-31');
    expect(laterDay('2026-01-31', '2026-02-01')).toBe('2026-02-01');
  });
});
