import type { Chance } from '../chance.js';
import type { Dispute, OrderLife, Transaction } from './order-life.js';
import { DAY_MS, HOUR_MS } from './shops.js';

export function totalOf(order: OrderLife): number {
  const lines = order.lines.reduce((sum, line) => sum + line.net + line.tax, 0);
  return lines + order.shipping.net + order.shipping.tax + order.tip + order.duty;
}

/** How it was paid. */
export function makePayments(chance: Chance, order: OrderLife, isTest: boolean): Transaction[] {
  const total = totalOf(order);
  const at = order.processed;
  const base = order.number * 100;
  const one = (
    step: number,
    kind: Transaction['kind'],
    gateway: string,
    amount: number,
    when = at,
  ): Transaction => ({
    number: base + step,
    kind,
    gateway,
    amount,
    at: when,
    settledAt: when,
    outcome: 'SUCCESS',
  });
  if (isTest) return [one(0, 'SALE', 'bogus', total)];
  const way = chance.weighted({ card: 60, card_later: 12, bank: 10, gift: 8, retry: 6, held: 4 });
  switch (way) {
    case 'card':
      return [one(0, 'SALE', 'shopify_payments', total)];
    case 'card_later':
      return [
        one(0, 'AUTHORIZATION', 'shopify_payments', total),
        one(1, 'CAPTURE', 'shopify_payments', total, at + chance.whole(1, 60) * HOUR_MS),
      ];
    case 'bank': {
      const settledAt = chance.happens(0.85) ? at + chance.whole(1, 12) * DAY_MS : Infinity;
      return [{ ...one(0, 'SALE', 'bank_deposit', total), settledAt }];
    }
    case 'gift': {
      const part = Math.min(total, 2_000);
      const gift = one(0, 'SALE', 'gift_card', part);
      return part === total ? [gift] : [gift, one(1, 'SALE', 'shopify_payments', total - part)];
    }
    case 'retry':
      return [
        { ...one(0, 'SALE', 'paypal', total, at - 60_000), outcome: 'FAILURE' },
        one(1, 'SALE', 'paypal', total),
      ];
    default:
      return [one(0, 'AUTHORIZATION', 'shopify_payments', total)];
  }
}

/** A dispute about its payment. */
export function makeDispute(chance: Chance, order: OrderLife): Dispute {
  const at = order.created + chance.whole(3, 40) * DAY_MS;
  const answered = at + chance.whole(2, 8) * DAY_MS;
  const closed = answered + chance.whole(10, 60) * DAY_MS;
  return {
    number: order.number * 3,
    type: chance.happens(0.2) ? 'INQUIRY' : 'CHARGEBACK',
    amount: order.transactions.at(-1)?.amount ?? totalOf(order),
    path: [
      { at, status: 'NEEDS_RESPONSE' },
      { at: answered, status: 'UNDER_REVIEW' },
      { at: closed, status: chance.happens(0.4) ? 'WON' : 'LOST' },
    ],
  };
}
