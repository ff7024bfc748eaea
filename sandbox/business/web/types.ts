/** A website or app that is measured. */
export interface WebProperty {
  id: number;
  account: { id: number; name: string };
  name: string;
  zone: string;
  currency: string;
  /** Digits after the point of the currency. */
  digits: number;
  /** Visits on an ordinary day. */
  visits: number;
}

export interface Source {
  channel: string;
  source: string;
  medium: string;
  campaign: string;
}

/** One visit, from its first page to its last. */
export interface Session {
  /** Who: the same number on every visit of a person. */
  visitor: number;
  /** ms since 1970. */
  startsAt: number;
  /** From when on reports know of it: events reach them hours later. */
  knownFrom: number;
  from: Source;
  country: string;
  city: string;
  device: string;
  gender: string;
  age: string;
  /** Path and query of the first page, or `(not set)`. */
  landing: string;
  engaged: boolean;
  isFirst: boolean;
  seconds: number;
  /** How often each event happened; only those that did. */
  events: Readonly<Partial<Record<EventName, number>>>;
  /** Minor units. */
  revenue: number;
  /** Credit for leads in quarters: one lead is shared by the visits that led to it. */
  leadQuarters: number;
}

export const EVENTS = [
  'session_start',
  'first_visit',
  'page_view',
  'scroll',
  'user_engagement',
  'view_item',
  'add_to_cart',
  'begin_checkout',
  'purchase',
  'generate_lead',
] as const;

export type EventName = (typeof EVENTS)[number];
