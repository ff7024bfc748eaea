import { ratio, type TrueValue } from '../true-value.js';
import { landingsShown } from './landings-shown.js';
import { userTruth } from './truth-users.js';
import { EVENTS, type EventName, type Session } from './types.js';
import type { WebBook } from './web-book.js';

/** What the landing page of a report may hold a day before the rest is lumped together. */
export interface TruthOptions {
  landingsADay: number;
}

/** Every metric of a property as its visits have it, from the first day to `now`; the provider's README.md defines each. */
export function webTruth(book: WebBook, now: number, options: TruthOptions): TrueValue[] {
  const found: TrueValue[] = [];
  for (const day of book.days(now)) {
    const sessions = book.sessions(day, now);
    const add = (cut: Cut) => found.push(...cut(day, sessions, book));
    add(byChannel);
    add(bySource);
    add(byPlace);
    add(byEvent);
    add(funnel);
    const shown = landingsShown(sessions, options.landingsADay);
    for (const [landing_page, group] of grouped(sessions, (one) => page(shown(one)))) {
      found.push(...basics(day, { landing_page }, group));
    }
  }
  return [...found, ...userTruth(book, now)];
}

type Cut = (day: string, sessions: readonly Session[], book: WebBook) => TrueValue[];

const byChannel: Cut = (day, sessions, book) => {
  const found: TrueValue[] = [];
  for (const [channel, group] of grouped(sessions, (one) => one.from.channel)) {
    const label = { channel };
    const engaged = group.filter((one) => one.engaged).length;
    const pages = sum(group, (one) => one.events.page_view ?? 0);
    const seconds = sum(group, (one) => one.seconds);
    const quarters = sum(group, keyQuarters);
    const [all, unengaged] = [group.length, group.length - engaged];
    found.push(
      ...basics(day, label, group),
      whole('web.pageviews', day, label, pages),
      whole('web.events', day, label, sum(group, eventCount)),
      whole('web.engagement_seconds', day, label, seconds),
      whole(
        'web.purchases',
        day,
        label,
        sum(group, (one) => one.events.purchase ?? 0),
      ),
      revenue(day, label, group, book),
      ratio('web.bounce_rate', day, label, unengaged, all),
      ratio('web.engagement_rate', day, label, engaged, all),
      ratio('web.key_events_per_session', day, label, quarters / 4, all),
      ratio('web.pages_per_session', day, label, pages, all),
      ratio('web.avg_engagement_per_session', day, label, seconds, all),
    );
  }
  return found;
};

const bySource: Cut = (day, sessions, book) => {
  return [...grouped(sessions, sourceKey)].flatMap(([text, group]) => {
    const [source, medium, campaign] = JSON.parse(text) as [string, string, string];
    const label = { source, medium, campaign };
    return [...basics(day, label, group), revenue(day, label, group, book)];
  });
};

const byPlace: Cut = (day, sessions) => {
  return [...grouped(sessions, placeKey)].flatMap(([text, group]) => {
    const [country, device] = JSON.parse(text) as [string, string];
    return basics(day, { country, device }, group);
  });
};

function sourceKey({ from }: Session): string {
  return JSON.stringify([from.source, from.medium, from.campaign]);
}

function placeKey({ country, device }: Session): string {
  return JSON.stringify([country, device]);
}

const byEvent: Cut = (day, sessions) =>
  EVENTS.flatMap((event) => {
    const label = { event };
    const count = sum(sessions, (one) => one.events[event] ?? 0);
    const quarters = sum(sessions, (one) => keyQuartersOf(one, event));
    return [
      ...(count > 0 ? [whole('web.events', day, label, count)] : []),
      ...(quarters > 0 ? [quartersOf('web.key_events', day, label, quarters)] : []),
    ];
  });

const FUNNEL: Readonly<Record<string, EventName>> = {
  view: 'view_item',
  cart: 'add_to_cart',
  checkout: 'begin_checkout',
  purchase: 'purchase',
};

const funnel: Cut = (day, sessions) =>
  Object.entries(FUNNEL).flatMap(([step, event]) => {
    const count = sum(sessions, (one) => one.events[event] ?? 0);
    const metric = 'web.funnel.view_cart_checkout_purchase';
    return count > 0 ? [whole(metric, day, { step }, count)] : [];
  });

function basics(
  day: string,
  label: Record<string, string>,
  group: readonly Session[],
): TrueValue[] {
  const engaged = group.filter((one) => one.engaged).length;
  const quarters = sum(group, keyQuarters);
  return [
    whole('web.sessions', day, label, group.length),
    ...(engaged > 0 ? [whole('web.engaged_sessions', day, label, engaged)] : []),
    ...(quarters > 0 ? [quartersOf('web.key_events', day, label, quarters)] : []),
  ];
}

function revenue(
  day: string,
  dimensions: Record<string, string>,
  group: readonly Session[],
  { property }: WebBook,
): TrueValue {
  const minor = String(sum(group, (one) => one.revenue)).padStart(property.digits + 1, '0');
  const cut = minor.length - property.digits;
  const value = property.digits === 0 ? minor : `${minor.slice(0, cut)}.${minor.slice(cut)}`;
  return { metric: 'web.revenue', currency: property.currency, dimensions, day, value };
}

/** Purchases count whole, leads by their shares. */
function keyQuarters(one: Session): number {
  return one.leadQuarters + 4 * (one.events.purchase ?? 0);
}

function keyQuartersOf(one: Session, event: EventName): number {
  if (event === 'generate_lead') return one.leadQuarters;
  return event === 'purchase' ? 4 * (one.events.purchase ?? 0) : 0;
}

function eventCount(one: Session): number {
  return Object.values(one.events).reduce((all, count) => all + count, 0);
}

/** A page without its query. */
function page(landing: string): string {
  return landing.split('?')[0] ?? landing;
}

function grouped(
  sessions: readonly Session[],
  key: (one: Session) => string,
): Map<string, Session[]> {
  const groups = new Map<string, Session[]>();
  for (const one of sessions) {
    const group = groups.get(key(one));
    if (group === undefined) groups.set(key(one), [one]);
    else group.push(one);
  }
  return groups;
}

function sum(sessions: readonly Session[], of: (one: Session) => number): number {
  return sessions.reduce((all, one) => all + of(one), 0);
}

function whole(
  metric: string,
  day: string,
  dimensions: Record<string, string>,
  value: number,
): TrueValue {
  return { metric, dimensions, day, value: String(value) };
}

/** Quarters with two digits: exact. */
function quartersOf(
  metric: string,
  day: string,
  dimensions: Record<string, string>,
  quarters: number,
): TrueValue {
  return { metric, dimensions, day, value: (quarters / 4).toFixed(2) };
}
