import { chargeObject } from './objects/charge.js';
import {
  disputeObject,
  movementObject,
  payoutObject,
  payoutStatus,
  refundObject,
} from './objects/money-objects.js';
import { define, type ListKind } from './list-kind.js';
import { byDay } from './paging.js';

/** Money as it moved: charges and what followed, the ledger, payouts. */
export const MONEY_LISTS: readonly ListKind<never>[] = [
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
];
