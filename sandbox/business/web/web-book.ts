import { shiftDay, Zone } from '../zone.js';
import { dayOfSessions } from './day-of-sessions.js';
import { FIRST_DAY } from './properties.js';
import type { Session, WebProperty } from './types.js';

/** A property's visits, made day by day when asked for and kept. */
export class WebBook {
  readonly zone: Zone;
  readonly #days = new Map<string, readonly Session[]>();

  constructor(
    private readonly seed: string,
    readonly property: WebProperty,
  ) {
    this.zone = new Zone(property.zone);
  }

  /** The visits of a day that reports know of at `now`. Empty before the first day and for days to come. */
  sessions(day: string, now: number): readonly Session[] {
    if (day < FIRST_DAY || day > this.zone.dayOf(now)) return [];
    let sessions = this.#days.get(day);
    if (sessions === undefined) {
      sessions = dayOfSessions(this.seed, this.property, this.zone, day);
      this.#days.set(day, sessions);
    }
    return day < this.zone.dayOf(now - SETTLED_MS)
      ? sessions
      : sessions.filter((session) => session.knownFrom <= now);
  }

  /** Every day from the first to that of `now`. */
  days(now: number): string[] {
    const days: string[] = [];
    const today = this.zone.dayOf(now);
    for (let day = FIRST_DAY; day <= today; day = shiftDay(day, 1)) days.push(day);
    return days;
  }
}

/** After that long nothing arrives any more. */
const SETTLED_MS = 3 * 86_400_000;
