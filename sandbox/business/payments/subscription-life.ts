import type { Price } from './plans.js';

export interface Discount {
  id: string;
  coupon: string;
  percent: number | null;
  /** Smallest units off each invoice; subscriptions of one item only. */
  off: number | null;
  duration: 'forever' | 'once' | 'repeating';
  start: number;
  /** Null: for as long as the subscription lives. */
  end: number | null;
}

export interface Item {
  id: string;
  price: Price;
  quantity: number;
}

/** What happens to a subscription, in order of time. */
export type Step = { at: number } & (
  | { kind: 'price'; price: Price }
  | { kind: 'quantity'; quantity: number }
  | { kind: 'status'; status: 'active' | 'past_due' | 'unpaid' | 'paused' }
  | { kind: 'collection'; paused: boolean }
  | { kind: 'cancel-asked'; endsAt: number | null }
  | { kind: 'end'; status: 'canceled' | 'incomplete_expired' }
);

export interface SubscriptionLife {
  id: string;
  number: number;
  customer: string;
  currency: string;
  created: number;
  start: number;
  trialEnd: number | null;
  items: readonly Item[];
  steps: readonly Step[];
  discount: Discount | null;
  /** Percent that is inside its prices. */
  inclusiveTax: number | null;
  collection: 'charge_automatically' | 'send_invoice';
  /** Lives in made-up time. */
  clocked: boolean;
  /** Not begun until its first payment, which never came. */
  stillborn: boolean;
}

export interface SubscriptionState {
  status:
    | 'trialing'
    | 'active'
    | 'past_due'
    | 'unpaid'
    | 'paused'
    | 'canceled'
    | 'incomplete'
    | 'incomplete_expired';
  items: readonly Item[];
  collectionPaused: boolean;
  cancelAtPeriodEnd: boolean;
  canceledAt: number | null;
  endedAt: number | null;
}

/** Null before it exists. */
export function subscriptionAt(life: SubscriptionLife, at: number): SubscriptionState | null {
  if (life.created > at) return null;
  const isTrial = life.trialEnd !== null && life.trialEnd > at;
  const state: SubscriptionState = {
    status: life.stillborn ? 'incomplete' : isTrial ? 'trialing' : 'active',
    items: life.items,
    collectionPaused: false,
    cancelAtPeriodEnd: false,
    canceledAt: null,
    endedAt: null,
  };
  for (const step of life.steps) {
    if (step.at > at) break;
    switch (step.kind) {
      case 'price':
        state.items = state.items.map((item, index) =>
          index === 0 ? { ...item, price: step.price } : item,
        );
        break;
      case 'quantity':
        state.items = state.items.map((item, index) =>
          index === 0 ? { ...item, quantity: step.quantity } : item,
        );
        break;
      case 'status':
        state.status = step.status;
        break;
      case 'collection':
        state.collectionPaused = step.paused;
        break;
      case 'cancel-asked':
        state.cancelAtPeriodEnd = step.endsAt !== null;
        state.canceledAt = step.at;
        break;
      case 'end':
        state.status = step.status;
        state.endedAt = step.at;
        state.canceledAt ??= step.at;
        break;
    }
  }
  return state;
}

/** The end of the period that many intervals after the anchor. */
export function periodStart(anchor: number, price: Price, index: number): number {
  const { interval = 'month', count = 1 } = price.recurring ?? {};
  const steps = index * count;
  if (interval === 'day') return anchor + steps * 86_400;
  if (interval === 'week') return anchor + steps * 7 * 86_400;
  const date = new Date(anchor * 1_000);
  const months = date.getUTCMonth() + steps * (interval === 'year' ? 12 : 1);
  // Anchors lie on the 28th at the latest, so every month has the day.
  date.setUTCMonth(months);
  return Math.floor(date.getTime() / 1_000);
}
