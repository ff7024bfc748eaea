import { type Day, dayNumber, dayOfNumber } from './calendar.js';

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
/** About two years of quarters of an hour; then it begins anew. */
const REMEMBERED_MAX = 70_000;

/** Days and instants in one time zone. All zones' offsets change at whole quarters of an hour, so one answer serves a quarter. */
export class ZoneClock {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  /** @param zone an IANA name, `Europe/Berlin`. @throws RangeError where it is none */
  constructor(readonly zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** The day it is there at this instant. */
  dayOf(instantMs: number): Day {
    return dayOfNumber(Math.floor((instantMs + this.#offsetAt(instantMs)) / DAY_MS));
  }

  /** The instant, in ms, at which the day begins there: after the gap where midnight is skipped. */
  startOf(day: Day): number {
    const local = dayNumber(day) * DAY_MS;
    // The offset before and after any change near midnight; the earliest instant of that day wins.
    const candidates = [
      local - this.#offsetAt(local - DAY_MS),
      local - this.#offsetAt(local + DAY_MS),
    ];
    const begins = candidates.filter((at) => this.dayOf(at) === day).sort((a, b) => a - b);
    const earliest = begins[0];
    if (earliest !== undefined) return earliest;
    let at = Math.min(...candidates);
    while (this.dayOf(at) < day) at += QUARTER_MS;
    return at;
  }

  #offsetAt(instantMs: number): number {
    const quarter = Math.floor(instantMs / QUARTER_MS);
    let offset = this.#offsets.get(quarter);
    if (offset === undefined) {
      offset = this.#askOffset(quarter * QUARTER_MS);
      if (this.#offsets.size >= REMEMBERED_MAX) this.#offsets.clear();
      this.#offsets.set(quarter, offset);
    }
    return offset;
  }

  #askOffset(instantMs: number): number {
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(instantMs))
      parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - instantMs;
  }
}
