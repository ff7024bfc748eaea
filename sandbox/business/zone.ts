const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;

/** Days and instants of one time zone, worked out apart from the product so that each can catch the other. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  /** @param name an IANA name */
  constructor(readonly name: string) {
    this.#format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: name,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
  }

  /** `2026-03-29`: the day it is there at this instant. */
  dayOf(at: number): string {
    return new Date(at + this.offset(at)).toISOString().slice(0, 10);
  }

  /** The first instant, in ms, of a day there. */
  startOf(day: string): number {
    const noon = Date.parse(`${day}T12:00:00Z`);
    let at = noon - this.offset(noon) - 12 * 3_600_000;
    while (this.dayOf(at) < day) at += QUARTER_MS;
    while (this.dayOf(at - QUARTER_MS) >= day) at -= QUARTER_MS;
    return at;
  }

  /** ms that the zone's clock is ahead of UTC. */
  offset(at: number): number {
    const quarter = Math.floor(at / QUARTER_MS);
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    const start = quarter * QUARTER_MS;
    const local = Date.parse(`${this.#format.format(start).replace(' ', 'T')}Z`);
    const found = local - start;
    if (this.#offsets.size > 100_000) this.#offsets.clear();
    this.#offsets.set(quarter, found);
    return found;
  }
}

const known = new Map<string, Zone>();

/** One for each name: what it has found out about its offsets is found out once. */
export function zoneOf(name: string): Zone {
  const found = known.get(name) ?? new Zone(name);
  known.set(name, found);
  return found;
}

/** The day that many days later; earlier where negative. */
export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whole days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS;
}
