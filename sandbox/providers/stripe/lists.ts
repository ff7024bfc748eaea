import { customersOn } from '../../business/payments/customers.js';
import { placeOf } from '../../business/payments/ids.js';
import type { Price } from '../../business/payments/plans.js';
import { subscriptionAt } from '../../business/payments/subscription-life.js';
import { type Changes, recentEvents } from './events.js';
import { define, type ListKind } from './list-kind.js';
import { MONEY_LISTS } from './money-lists.js';
import { customerObject } from './objects/account.js';
import { priceObject, productObject, subscriptionObject } from './objects/billing.js';
import { invoiceObject, invoiceStatus } from './objects/invoice.js';
import { byDay, ofAll } from './paging.js';

/** Every list of the API. */
export const LISTS: readonly ListKind<never>[] = [
  ...MONEY_LISTS,
  define({
    path: '/v1/customers',
    noun: 'customer',
    permission: 'customer_read',
    accepts: { values: { email: null, test_clock: null } },
    expandable: {},
    source: (desk) =>
      byDay(
        desk,
        (day) => customersOn(desk.account, day),
        (id) => {
          const place = placeOf(id);
          const found = place && customersOn(desk.account, place.day).find((one) => one.id === id);
          return found ?? null;
        },
      ),
    fits: (_customer, { values }) =>
      values['email'] === undefined && values['test_clock'] === undefined,
    show: (customer, desk) => customerObject(customer, desk.account),
  }),
  define({
    path: '/v1/subscriptions',
    noun: 'subscription',
    permission: 'subscription_read',
    accepts: {
      ranges: ['current_period_end', 'current_period_start'],
      values: {
        collection_method: ['charge_automatically', 'send_invoice'],
        customer: null,
        price: null,
        test_clock: null,
        status: [
          'active',
          'all',
          'canceled',
          'ended',
          'incomplete',
          'incomplete_expired',
          'past_due',
          'paused',
          'trialing',
          'unpaid',
        ],
      },
    },
    expandable: {
      'items.data.price': 'plan_read',
      discounts: 'coupon_read',
      'discounts.source.coupon': 'coupon_read',
      customer: 'customer_read',
      latest_invoice: 'invoice_read',
    },
    source: (desk) => ofAll(desk.book.subscriptions().filter((life) => life.created <= desk.now)),
    fits(life, { values }, desk) {
      const state = subscriptionAt(life, desk.now);
      if (state === null) return false;
      const wanted = values['status'];
      const isEnded = ['canceled', 'incomplete_expired'].includes(state.status);
      const hasStatus =
        wanted === undefined
          ? !isEnded
          : wanted === 'all' || wanted === state.status || (wanted === 'ended' && isEnded);
      return (
        hasStatus &&
        (values['customer'] === undefined || life.customer === values['customer']) &&
        (values['collection_method'] === undefined ||
          life.collection === values['collection_method']) &&
        (values['price'] === undefined ||
          state.items.some((item) => item.price.id === values['price'])) &&
        (values['test_clock'] === undefined || life.clocked)
      );
    },
    show: (life, desk, expand) => subscriptionObject(life, desk.account, desk.now, expand),
  }),
  define({
    path: '/v1/invoices',
    noun: 'invoice',
    permission: 'invoice_read',
    accepts: {
      ranges: ['due_date'],
      values: {
        collection_method: ['charge_automatically', 'send_invoice'],
        customer: null,
        subscription: null,
        status: ['draft', 'open', 'paid', 'uncollectible', 'void'],
      },
    },
    expandable: { payments: 'invoice_read', subscription: 'subscription_read' },
    source: (desk) => ofAll(desk.book.invoices().filter((one) => one.created <= desk.now)),
    fits(invoice, { values, ranges }, desk) {
      const { gte = -Infinity, lte = Infinity } = ranges['due_date'] ?? {};
      const { subscription, dueAt } = invoice;
      const isDue =
        ranges['due_date'] === undefined || (dueAt !== null && dueAt >= gte && dueAt <= lte);
      return (
        isDue &&
        (values['status'] === undefined || invoiceStatus(invoice, desk.now) === values['status']) &&
        (values['customer'] === undefined || subscription.customer === values['customer']) &&
        (values['subscription'] === undefined || subscription.id === values['subscription']) &&
        (values['collection_method'] === undefined ||
          subscription.collection === values['collection_method'])
      );
    },
    show: (invoice, desk, expand) => invoiceObject(invoice, desk.account, desk.now, expand),
  }),
  define({
    path: '/v1/prices',
    noun: 'price',
    permission: 'plan_read',
    accepts: {
      values: {
        active: ['true', 'false'],
        currency: null,
        product: null,
        type: ['one_time', 'recurring'],
      },
      lists: ['lookup_keys'],
    },
    expandable: { product: 'product_read', tiers: 'plan_read' },
    source: (desk) => ofAll(desk.book.prices),
    fits: (price: Price, { values }) =>
      (values['currency'] === undefined || price.currency === values['currency']) &&
      (values['product'] === undefined || price.product.id === values['product']) &&
      values['active'] !== 'false' &&
      (values['type'] === undefined ||
        (price.recurring === null ? 'one_time' : 'recurring') === values['type']),
    show: (price, desk, expand) =>
      priceObject(price, desk.account.live, {
        product: expand.has('product'),
        tiers: expand.has('tiers'),
      }),
  }),
  define({
    path: '/v1/products',
    noun: 'product',
    permission: 'product_read',
    accepts: {
      values: { active: ['true', 'false'], shippable: ['true', 'false'], url: null },
      lists: ['ids'],
    },
    expandable: { default_price: 'plan_read' },
    source: (desk) => ofAll(desk.book.products),
    fits: (product, { values, lists }) =>
      values['active'] !== 'false' && (lists['ids']?.includes(product.id) ?? true),
    show: (product, desk) => productObject(product, desk.account.live),
  }),
  define({
    path: '/v1/events',
    noun: 'event',
    permission: 'event_read',
    accepts: {
      values: { type: null, delivery_success: ['true', 'false'] },
      lists: ['types'],
    },
    expandable: {},
    source: (desk) => ofAll(recentEvents(desk.book, desk.now, desk.events as Changes)),
    fits: (event, { values, lists }) =>
      fitsType(event.type, values['type']) && (lists['types']?.includes(event.type) ?? true),
    show: (event, desk) => desk.event(event),
  }),
];

/** `charge.*` means all of charges. */
function fitsType(type: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}
