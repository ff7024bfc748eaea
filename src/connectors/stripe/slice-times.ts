import { addDays } from '../../kernel/calendar.js';
import type { Query } from '../kit/provider-client.js';
import type { Slice } from '../kit/stream.js';

/** A filter for what happened within the slice's days. @param daysBefore widens it towards the past */
export function within(name: 'created' | 'arrival_date', slice: Slice, daysBefore = 0): Query {
  const from = slice.clock.startOf(addDays(slice.from, -daysBefore));
  const end = slice.clock.startOf(addDays(slice.to, 1));
  return { [`${name}[gte]`]: from / 1000, [`${name}[lt]`]: end / 1000 };
}

/** @param seconds since 1970, as Stripe writes times */
export function dayOf(slice: Slice, seconds: number): string {
  return slice.clock.dayOf(seconds * 1000);
}
