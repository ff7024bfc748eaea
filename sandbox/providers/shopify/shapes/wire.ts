import type { OrderLife } from '../../../business/shop/order-life.js';
import type { Resolved } from '../graphql/execute.js';
import type { Scene } from './scene.js';

/** ISO 8601 without fractions of a second, as Shopify writes it. */
export function iso(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** `12.0`, `12.34`: one digit at least, no zero at the end. */
export function decimal(amount: number, digits: number): string {
  const text = (Math.abs(amount) / 10 ** digits).toFixed(Math.max(1, digits));
  const short = text.replace(/(\.\d+?)0+$/, '$1');
  return amount < 0 ? `-${short}` : short;
}

export function gid(kind: string, number: number): string {
  return `gid://shopify/${kind}/${number}`;
}

/** The number of a global id; -1 where it is of another kind. */
export function numberOf(id: unknown, kind: string): number {
  const match = /^gid:\/\/shopify\/(\w+)\/(\d+)$/.exec(String(id));
  return match?.[1] === kind ? Number(match[2]) : -1;
}

export function orderNumber(order: OrderLife): number {
  return 5_000_000_000 + order.number;
}

export function customerNumber(number: number): number {
  return 7_000_000_000 + number;
}

/** Order of a list by its items' own numbers. */
export const byNumber = (item: Resolved): readonly [number, number] => [
  0,
  item['sortNumber'] as number,
];

/** Order of a list by time. */
export const byTime = (item: Resolved): readonly [number, number] => [
  item['sort'] as number,
  item['sortNumber'] as number,
];

/** An amount in both currencies. */
export function bag(scene: Scene, order: OrderLife, amount: number): Resolved {
  const { currency } = scene.shop;
  const shopMoney = { amount: decimal(amount, 2), currencyCode: currency };
  if (order.presentment === null) return { shopMoney, presentmentMoney: shopMoney };
  const { rate, digits, currency: seen } = order.presentment;
  const there = Math.round((amount / 100) * rate * 10 ** digits);
  return { shopMoney, presentmentMoney: { amount: decimal(there, digits), currencyCode: seen } };
}
