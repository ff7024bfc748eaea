import { landingsShown, OTHER } from '../../business/web/landings-shown.js';
import { EVENTS, type EventName } from '../../business/web/types.js';
import type { WebBook } from '../../business/web/web-book.js';
import { shiftDay } from '../../business/zone.js';
import { dimensionOf, EVENT_SCOPED, type Fact } from './dimensions.js';

/** Facts of a stretch of days, in its order. */
export interface Facts {
  facts: Fact[];
  /** Whether landing pages were lumped together for want of room. */
  lost: boolean;
}

/** @param fields every dimension that the report shows or filters by: they decide what a fact is */
export function factsOf(
  book: WebBook,
  range: { start: string; end: string },
  fields: readonly string[],
  beside: { now: number; landingsADay: number },
): Facts {
  const byEvent = fields.some((name) => EVENT_SCOPED.includes(name));
  const isCrowded = fields.some((name) => dimensionOf(name)?.crowded);
  const today = book.zone.dayOf(beside.now);
  const end = range.end < today ? range.end : today;
  const facts: Fact[] = [];
  let lost = false;
  for (let day = range.start; day <= end; day = shiftDay(day, 1)) {
    const sessions = book.sessions(day, beside.now);
    const shown = isCrowded
      ? landingsShown(sessions, beside.landingsADay)
      : (session: { landing: string }) => session.landing;
    for (const session of sessions) {
      const landing = shown(session);
      if (landing === OTHER) lost = true;
      if (!byEvent) facts.push({ session, event: null, day, landing });
      else for (const event of eventsOf(session)) facts.push({ session, event, day, landing });
    }
  }
  return { facts, lost };
}

/** Those that happened, and a lead whose credit the visit shares. */
function eventsOf(session: Fact['session']): EventName[] {
  return EVENTS.filter(
    (event) =>
      session.events[event] !== undefined ||
      (event === 'generate_lead' && session.leadQuarters > 0),
  );
}
