import { customersOn } from '../../business/payments/customers.js';
import { placeOf } from '../../business/payments/ids.js';
import type { Price } from '../../business/payments/plans.js';
import { subscriptionAt } from '../../business/payments/subscription-life.js';
import type { Expandable } from './expand.js';
import { recentEvents, type Changes } from './events.js';
import { customerObject } from './objects/account.js';
import { priceObject, productObject, subscriptionObject } from './objects/billing.js';
import { chargeObject } from './objects/charge.js';
import { invoiceObject, invoiceStatus } from './objects/invoice.js';
import {
  disputeObject,
  movementObject,
  payoutObject,
  payoutStatus,
  refundObject,
} from './objects/money-objects.js';
import { byDay, ofAll, type Source } from './paging.js';
import type { Accepts, ListParams } from './read-params.js';
import type { Desk } from './desk.js';

/** One list of the API: what it takes, what it holds and what it shows. */
export interface ListKind<T extends { id: string; created: number }> {
  path: string;
  /** The name in `No such charge`. */
  noun: string;
  permission: string;
  accepts: Accepts;
  expandable: Expandable;
  source(desk: Desk): Source<T>;
  fits(thing: T, params: ListParams, desk: Desk): boolean;
  show(thing: T, desk: Desk, expand: ReadonlySet<string>): unknown;
}

function define<T extends { id: string; created: number }>(kind: ListKind<T>): ListKind<never> {
  // Each kind is used with the things of its own source only.
  return kind as unknown as ListKind<never>;
}

export const LISTS: readonly ListKind<never>[] = [
  define({
    path: '/v1/charges',
    noun: 'charge',
    permission: 'charge_read',
    accepts: { values: { customer: null, payment_intent: null, transfer_group: null } },
    expandable: {
      balance_transaction: 'balance_transaction_source_read',
      refunds: 'charge_read',
      customer: 'customer_read',
      payment_intent: 'payment_intent_read',
    },
    source: (desk) =>
      byDay(
        desk,
        (day) => desk.book.on('charge', day),
        (id) => desk.book.charge(id),
      ),
    fits: (life, { values }) =>
      (values['customer'] === undefined || life.customer === values['customer']) &&
      (values['payment_intent'] === undefined ||
        life.id.replace('ch_', 'pi_') === values['payment_intent']) &&
      values['transfer_group'] === undefined,
    show(life, desk, expand) {
      const made = chargeObject(life, desk.now, desk.account);
      if (expand.has('balance_transaction')) {
        const own = desk.movementsOf(life).find((one) => one.source === life.id);
        made['balance_transaction'] = own === undefined ? null : movementObject(own, desk.now);
      }
      if (expand.has('refunds')) {
        const refunds = life.refunds.filter((refund) => refund.created <= desk.now);
        made['refunds'] = {
          object: 'list',
          data: refunds.map((refund) =>
            refundObject({ refund, charge: life }, desk.movementsOf(life), desk.now),
          ),
          has_more: false,
          url: `/v1/charges/${life.id}/refunds`,
        };
      }
      if (expand.has('customer')) made['customer'] = desk.customer(life.customer);
      return made;
    },
  }),
  define({
    path: '/v1/refunds',
    noun: 'refund',
    permission: 'charge_read',
    accepts: { values: { charge: null, payment_intent: null } },
    expandable: {
      charge: 'charge_read',
      balance_transaction: 'balance_transaction_source_read',
    },
    source: (desk) =>
      byDay(
        desk,
        (day) => desk.book.on('refund', day),
        (id) => desk.book.find('refund', id),
      ),
    fits: ({ charge }, { values }) =>
      (values['charge'] === undefined || charge.id === values['charge']) &&
      (values['payment_intent'] === undefined ||
        charge.id.replace('ch_', 'pi_') === values['payment_intent']),
    show(thing, desk, expand) {
      const movements = desk.movementsOf(thing.charge);
      const made = refundObject(thing, movements, desk.now);
      if (expand.has('charge')) {
        made['charge'] = chargeObject(thing.charge, desk.now, desk.account);
      }
      if (expand.has('balance_transaction')) {
        const own = movements.find((one) => one.source === thing.id);
        made['balance_transaction'] = own === undefined ? null : movementObject(own, desk.now);
      }
      return made;
    },
  }),
  define({
    path: '/v1/disputes',
    noun: 'dispute',
    permission: 'dispute_read',
    accepts: { values: { charge: null, payment_intent: null } },
    expandable: { charge: 'charge_read' },
    source: (desk) =>
      byDay(
        desk,
        (day) => desk.book.on('dispute', day),
        (id) => desk.book.find('dispute', id),
      ),
    fits: ({ charge }, { values }) =>
      (values['charge'] === undefined || charge.id === values['charge']) &&
      (values['payment_intent'] === undefined ||
        charge.id.replace('ch_', 'pi_') === values['payment_intent']),
    show(thing, desk, expand) {
      const own = desk
        .movementsOf(thing.charge)
        .filter((one) => one.source === thing.id && one.created <= desk.now)
        .map((one) => movementObject(one, desk.now));
      const made = disputeObject(thing, own, desk.now, desk.account.live);
      if (expand.has('charge')) {
        made['charge'] = chargeObject(thing.charge, desk.now, desk.account);
      }
      return made;
    },
  }),
  define({
    path: '/v1/balance_transactions',
    noun: 'balance_transaction',
    permission: 'balance_read',
    accepts: { values: { currency: null, type: null, source: null, payout: null } },
    expandable: { source: 'balance_transaction_source_read' },
    source: (desk) =>
      byDay(
        desk,
        (day) => desk.book.on('movement', day),
        (id) => desk.book.find('movement', id),
      ),
    fits: (movement, { values }) =>
      (values['currency'] === undefined || movement.currency === values['currency']) &&
      (values['type'] === undefined || movement.type === values['type']) &&
      (values['source'] === undefined || movement.source === values['source']) &&
      (values['payout'] === undefined || movement.source === values['payout']),
    show(movement, desk, expand) {
      const made = movementObject(movement, desk.now);
      if (expand.has('source') && movement.charge !== null) {
        const { charge } = movement;
        const refund = charge.refunds.find(({ id }) => id === movement.source);
        if (movement.source === charge.id) {
          made['source'] = chargeObject(charge, desk.now, desk.account);
        } else if (refund !== undefined) {
          made['source'] = refundObject({ refund, charge }, desk.movementsOf(charge), desk.now);
        }
      }
      return made;
    },
  }),
  define({
    path: '/v1/payouts',
    noun: 'payout',
    permission: 'payout_read',
    accepts: { ranges: ['arrival_date'], values: { status: null, destination: null } },
    expandable: { balance_transaction: 'balance_transaction_source_read' },
    source: (desk) =>
      byDay(
        desk,
        (day) => desk.book.on('payout', day),
        (id) => desk.book.find('payout', id),
      ),
    fits: (payout, { values, ranges }, desk) => {
      const { gte = -Infinity, lte = Infinity } = ranges['arrival_date'] ?? {};
      const status = payoutStatus(payout, desk.now);
      return (
        payout.arrival >= gte &&
        payout.arrival <= lte &&
        (values['status'] === undefined || status === values['status']) &&
        values['destination'] === undefined
      );
    },
    show: (payout, desk) =>
      payoutObject(payout, desk.payoutTransaction(payout), desk.now, desk.account.live),
  }),
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
