import { boolean } from '../../kit/read/boolean.js';
import { currency } from '../../kit/read/currency.js';
import { isoInstant } from '../../kit/read/iso-instant.js';
import { list } from '../../kit/read/list.js';
import { object } from '../../kit/read/object.js';
import { optionalObject } from '../../kit/read/optional-object.js';
import { optionalText } from '../../kit/read/optional-text.js';
import { optionalWhole } from '../../kit/read/optional-whole.js';
import { text } from '../../kit/read/text.js';
import type { Agreement, Order, Payment, Sale } from './order.js';

/** @param parts what may have been listed in part only */
export function readOrder(item: unknown, parts: Pick<Order, 'agreements' | 'payments'>): Order {
  const app = optionalObject(item, 'app');
  return {
    createdMs: isoInstant(item, 'createdAt'),
    processedMs: isoInstant(item, 'processedAt'),
    cancelReason: optionalText(item, 'cancelReason'),
    isCancelled: optionalText(item, 'cancelledAt') !== null,
    channel: (app === null ? null : optionalText(app, 'name')) ?? 'none',
    sourceName: optionalText(item, 'sourceName') ?? 'none',
    isFirst: isFirstOrder(item),
    ...parts,
  };
}

/** @param item of which `transactions` was asked for */
export function readPayments(item: unknown): Payment[] {
  return list(item, 'transactions').flatMap(readPayment);
}

/** @param item of which `agreements` was asked for */
export function readAgreements(item: unknown): Agreement[] {
  return list(object(item, 'agreements'), 'nodes').map((agreement) => ({
    happenedMs: isoInstant(agreement, 'happenedAt'),
    reason: text(agreement, 'reason'),
    sales: list(object(agreement, 'sales'), 'nodes').map(readSale),
  }));
}

/** The customer's id tells whose first order it is, and goes no further. */
function isFirstOrder(item: unknown): boolean | null {
  const customer = optionalObject(item, 'customer');
  if (customer === null) return null;
  const [first] = list(object(customer, 'orders'), 'nodes');
  return first !== undefined && text(first, 'id') === text(item, 'id');
}

function readSale(sale: unknown): Sale {
  const total = money(sale, 'totalAmount');
  const line = optionalObject(sale, 'lineItem');
  return {
    action: text(sale, 'actionType'),
    line: text(sale, 'lineType'),
    quantity: optionalWhole(sale, 'quantity') ?? 0,
    currency: total.currency,
    total: total.amount,
    tax: money(sale, 'totalTaxAmount').amount,
    discount: money(sale, 'totalDiscountAmountBeforeTaxes').amount,
    product: (line === null ? null : optionalText(line, 'title')) ?? 'none',
    variant: (line === null ? null : optionalText(line, 'variantTitle')) ?? 'none',
  };
}

function readPayment(transaction: unknown): Payment[] {
  if (boolean(transaction, 'test')) return [];
  const paid = money(transaction, 'amountSet');
  const processed = optionalText(transaction, 'processedAt') === null ? 'createdAt' : 'processedAt';
  return [
    {
      kind: text(transaction, 'kind'),
      status: text(transaction, 'status'),
      processedMs: isoInstant(transaction, processed),
      gateway: optionalText(transaction, 'gateway') ?? 'none',
      ...paid,
    },
  ];
}

/** Only in the shop's currency: what customers paid in theirs is never mixed in. */
function money(value: unknown, name: string): { amount: string; currency: string } {
  const shop = object(object(value, name), 'shopMoney');
  return { amount: text(shop, 'amount'), currency: currency(shop, 'currencyCode') };
}
