import { canaryPerson } from '../canary.js';
import { Chance } from '../chance.js';
import { daysBetween, shiftDay, type Zone } from '../zone.js';
import { AGES, CITIES, COUNTRIES, DEVICES, GENDERS, NEWSLETTER, PAGES, SOURCES } from './mix.js';
import { FIRST_DAY } from './properties.js';
import type { EventName, Session, Source, WebProperty } from './types.js';

const HOUR = 3_600_000;
const NEWSLETTER_DAYS = ['05', '19'];
const NEWSLETTER_VISITS = 45;
const DAY_IDS = 10_000;

/** All visits of one day in the property's zone, in the order they began. Made without the days before it. */
export function dayOfSessions(
  seed: string,
  property: WebProperty,
  zone: Zone,
  day: string,
): Session[] {
  const chance = new Chance(seed, 'web-day', property.id, day);
  const start = zone.startOf(day);
  const length = zone.startOf(shiftDay(day, 1)) - start;
  const fresh = newVisitors(seed, property, day);
  const visits = Math.max(fresh, Math.round(fresh * (1.6 + chance.next() * 0.4)));
  const sessions: Session[] = [];
  for (let visit = 0; visit < visits; visit += 1) {
    const isFirst = visit < fresh;
    const visitor = isFirst ? visitorId(day, visit) : returning(seed, property, day, chance);
    const startsAt = start + Math.floor(chance.next() * length);
    sessions.push(session(chance, property, { visitor, isFirst, startsAt }, null));
  }
  if (NEWSLETTER_DAYS.includes(day.slice(8))) {
    for (let reader = 0; reader < NEWSLETTER_VISITS; reader += 1) {
      const visitor = returning(seed, property, day, chance);
      const startsAt = start + Math.floor(chance.next() * length);
      sessions.push(session(chance, property, { visitor, isFirst: false, startsAt }, NEWSLETTER));
    }
  }
  shareLeads(sessions, chance);
  return sessions.sort((a, b) => a.startsAt - b.startsAt);
}

/** How many people come for the first time: more each year, fewer at week-ends. */
function newVisitors(seed: string, property: WebProperty, day: string): number {
  const chance = new Chance(seed, 'web-new', property.id, day);
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
  const growth = 1 + daysBetween(FIRST_DAY, day) / 1_500;
  const share = (weekday === 0 || weekday === 6 ? 0.6 : 1) * (0.8 + chance.next() * 0.4);
  return Math.max(1, Math.round((property.visits / 1.8) * growth * share));
}

/** Somebody who was new on one of the last sixty days, more likely a recent one; also of the same day. */
function returning(seed: string, property: WebProperty, day: string, chance: Chance): number {
  const back = Math.floor(chance.next() ** 2 * 60);
  const wanted = shiftDay(day, -back);
  const born = wanted < FIRST_DAY ? FIRST_DAY : wanted;
  return visitorId(born, chance.whole(0, newVisitors(seed, property, born) - 1));
}

function visitorId(born: string, number: number): number {
  return daysBetween(FIRST_DAY, born) * DAY_IDS + number;
}

function session(
  chance: Chance,
  property: WebProperty,
  who: { visitor: number; isFirst: boolean; startsAt: number },
  campaign: Source | null,
): Session {
  // What a person is does not change from visit to visit.
  const person = new Chance('web-visitor', property.id, who.visitor);
  const country = person.weighted(COUNTRIES);
  const engaged = chance.happens(0.62);
  const pages = engaged ? chance.whole(1, 7) : 1;
  const landing = campaign === null ? chance.weighted(PAGES) : '/offers';
  const steps = shopping(chance, engaged);
  const lead = engaged && chance.happens(0.04) ? 1 : 0;
  return {
    ...who,
    knownFrom: who.startsAt + delay(chance),
    from: campaign ?? source(chance),
    country,
    city: CITIES[country] ?? '(not set)',
    device: person.weighted(DEVICES),
    gender: person.weighted(GENDERS),
    age: person.weighted(AGES),
    landing: withQuery(landing, who.visitor, campaign !== null || chance.happens(0.03)),
    engaged,
    seconds: engaged ? chance.whole(10, 600) : chance.whole(0, 9),
    events: counted({
      session_start: 1,
      first_visit: who.isFirst ? 1 : 0,
      page_view: landing === '(not set)' ? 0 : pages,
      scroll: engaged ? chance.whole(0, pages) : 0,
      user_engagement: engaged ? pages : 0,
      view_item: steps > 0 ? chance.whole(1, 4) : 0,
      add_to_cart: steps > 1 ? chance.whole(1, 2) : 0,
      begin_checkout: steps > 2 ? 1 : 0,
      purchase: steps > 3 ? 1 : 0,
      generate_lead: lead,
    }),
    revenue: steps > 3 ? price(chance, property.digits) : 0,
    leadQuarters: lead * 4,
  };
}

/** How far down the shop a visit goes: 0 nothing, 1 item, 2 cart, 3 checkout, 4 purchase. */
function shopping(chance: Chance, engaged: boolean): number {
  if (!engaged || !chance.happens(0.45)) return 0;
  if (!chance.happens(0.4)) return 1;
  if (!chance.happens(0.6)) return 2;
  return chance.happens(0.65) ? 4 : 3;
}

function price(chance: Chance, digits: number): number {
  return digits === 0 ? chance.whole(800, 24_000) : chance.whole(490, 15_999);
}

/** Most events are in reports after some hours, the last after two days. */
function delay(chance: Chance): number {
  if (chance.happens(0.7)) return chance.whole(2 * HOUR, 6 * HOUR);
  return chance.happens(0.85)
    ? chance.whole(6 * HOUR, 24 * HOUR)
    : chance.whole(24 * HOUR, 46 * HOUR);
}

/** One lead in four is shared with another visit of the day, which did not send the form. */
function shareLeads(sessions: Session[], chance: Chance): void {
  for (const [index, one] of sessions.entries()) {
    const other = sessions[(index + 1) % sessions.length];
    if (one.leadQuarters !== 4 || other === undefined || other === one) continue;
    if (!chance.happens(0.25)) continue;
    const shared = chance.whole(1, 3);
    one.leadQuarters -= shared;
    other.leadQuarters += shared;
  }
}

/** Links in mails carry who they were sent to. */
function withQuery(path: string, visitor: number, mailed: boolean): string {
  if (!mailed || path === '(not set)') return path;
  return `${path}?email=${canaryPerson(visitor).email}&utm_source=newsletter`;
}

function source(chance: Chance): Source {
  let rest = chance.next() * 100;
  for (const { from, weight } of SOURCES) {
    rest -= weight;
    if (rest < 0) return from;
  }
  return NEWSLETTER;
}

function counted(counts: Record<EventName, number>): Session['events'] {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
