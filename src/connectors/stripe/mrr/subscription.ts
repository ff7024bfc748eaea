import type { Fraction } from '../../../kernel/fraction.js';

/** What is needed of a subscription, and no more. */
export interface Subscription {
  live: boolean;
  testClock: string | null;
  status: string;
  paused: boolean;
  startedAt: number;
  endedAt: number | null;
  currency: string;
  items: readonly Item[];
  discounts: readonly Discount[];
  /** Tax inside the price, in percent, where items have none of their own. */
  includedTax: Fraction;
}

export interface Item {
  product: string;
  priceId: string;
  quantity: number;
  /** Null: one-off, not recurring. */
  recurring: { interval: string; count: number; metered: boolean } | null;
  /** A unit's price in Stripe's smallest unit; null where the price has tiers. */
  unitAmount: Fraction | null;
  taxIsIncluded: boolean;
  includedTax: Fraction | null;
}

export interface Discount {
  percentOff: Fraction | null;
  amountOff: { amount: number; currency: string } | null;
  duration: string;
  /** Seconds since 1970; null: for as long as the subscription. */
  end: number | null;
}
