import type { Truth } from '../../core/provider-module.js';
import { ratioRows, Tally } from '../tally.js';
import { zoneOf } from '../zone.js';
import type { PaymentsBook } from './book.js';
import { ownDigits, sentDigits } from './currencies.js';
import { Fraction } from './fraction.js';
import { chargeStatus, disputeStatus, refundStatus } from './life.js';
import { subscriptionTruth } from './truth-subscriptions.js';

/** Balance movements that only move money about. */
const MOVES = new Set(['payout', 'payout_failure', 'reserve_hold', 'reserve_release']);

/** Every figure of the account as it stands at an instant, by days of its zone. @param now seconds */
export function paymentsTruth(book: PaymentsBook, now: number): Truth {
  const zone = zoneOf(book.account.zone);
  const tally = new Tally();
  const dayOf = (at: number): string => zone.dayOf(at * 1_000);
  const today = dayOf(now);
  for (let day = 0; day <= book.dayOf(now); day += 1) {
    tellCharges(book, day, now, tally, dayOf);
    tellMovements(book, day, now, tally, dayOf);
    for (const payout of book.on('payout', day)) {
      // Paid is what arrived and did not come back.
      const isBack = payout.failedAt !== null && payout.failedAt <= now;
      if (payout.arrival > now || isBack) continue;
      tally.add('payouts.paid', dayOf(payout.arrival), payout.amount, {
        currency: payout.currency,
        dimensions: { status: 'paid' },
      });
    }
  }
  for (const invoice of book.invoices()) {
    const { subscription, paidAt, dueAt, total } = invoice;
    if (subscription.clocked || invoice.created > now) continue;
    const { currency } = subscription;
    if (paidAt !== null && paidAt <= now) {
      tally.add('invoices.paid', dayOf(paidAt), total, { currency });
      continue;
    }
    const isOver =
      (invoice.voidedAt !== null && invoice.voidedAt <= now) ||
      (invoice.uncollectibleAt !== null && invoice.uncollectibleAt <= now);
    if (!isOver && dueAt !== null && dueAt < now) {
      tally.add('invoices.open_overdue', today, total, { currency });
    }
  }
  for (const { currency, available, pending } of book.balance(now)) {
    tally.add('balance.available', today, available, { currency });
    tally.add('balance.pending', today, pending, { currency });
  }
  const subscriptions = subscriptionTruth(book, now, zone, tally);
  return {
    asOf: new Date(now * 1_000).toISOString(),
    timeZone: book.account.zone,
    metrics: [
      ...tally.rows(({ total, currency }) =>
        currency === undefined ? String(total) : moneyText(total, currency),
      ),
      ...subscriptions,
      ...ratioRows(tally, {
        metric: 'payments.success_rate',
        over: 'payments.count',
        under: 'payments.attempts',
      }),
      ...ratioRows(tally, {
        metric: 'refunds.rate',
        over: 'refunds.amount',
        under: 'payments.gross_volume',
      }),
      ...ratioRows(tally, {
        metric: 'disputes.rate',
        over: 'disputes.count',
        under: 'payments.count',
      }),
    ],
  };
}

/** Decimal text of an amount as Stripe sends it. @param currency lower case */
export function moneyText(amount: number, currency: string): string {
  const exact = new Fraction(BigInt(amount), 10n ** BigInt(sentDigits(currency)));
  return exact.text(ownDigits(currency));
}

function tellCharges(
  book: PaymentsBook,
  day: number,
  now: number,
  tally: Tally,
  dayOf: (at: number) => string,
): void {
  for (const life of book.livesOf(day)) {
    if (life.created > now) continue;
    const status = chargeStatus(life, now);
    if (status !== 'pending') {
      const dimensions = { failure_code: status === 'failed' ? (life.failure ?? 'none') : 'none' };
      tally.add('payments.attempts', dayOf(life.created), 1, { dimensions });
      if (status === 'succeeded' && life.capture !== null && life.capture.at <= now) {
        tally.add('payments.count', dayOf(life.created), 1, { dimensions });
      }
    }
    for (const refund of life.refunds) {
      if (refundStatus(refund, now) !== 'succeeded') continue;
      const dimensions = { reason: refund.reason ?? 'none' };
      const on = dayOf(refund.created);
      tally.add('refunds.amount', on, refund.amount, { currency: life.currency, dimensions });
      tally.add('refunds.count', on, 1, { dimensions });
    }
    const { dispute } = life;
    if (dispute === null || dispute.created > now) continue;
    const state = disputeStatus(dispute, now);
    if (state.startsWith('warning_') || state === 'prevented') continue;
    const dimensions = { status: state, reason: dispute.reason };
    const on = dayOf(dispute.created);
    tally.add('disputes.amount', on, dispute.amount, { currency: life.currency, dimensions });
    tally.add('disputes.count', on, 1, { dimensions });
  }
}

function tellMovements(
  book: PaymentsBook,
  day: number,
  now: number,
  tally: Tally,
  dayOf: (at: number) => string,
): void {
  for (const movement of book.on('movement', day)) {
    if (movement.created > now) continue;
    const { currency, amount, fee, fees, type } = movement;
    const on = dayOf(movement.created);
    if (type === 'charge' || type === 'payment') {
      tally.add('payments.gross_volume', on, amount, {
        currency,
        dimensions: { payment_type: type },
      });
    }
    if (MOVES.has(type)) continue;
    tally.add('payments.net_volume', on, amount - fee, { currency });
    // Gross, refunds and their failures, disputes and their reversals, less every fee: all that is left.
    tally.add('revenue.net', on, amount - fee, { currency });
    const all = type === 'stripe_fee' ? [{ type: 'stripe_fee', amount: -amount }] : fees;
    for (const one of all) {
      tally.add('payments.fees', on, one.amount, { currency, dimensions: { fee_type: one.type } });
    }
  }
}
