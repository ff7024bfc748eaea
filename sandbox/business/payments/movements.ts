import { DAY, type PaymentsAccount } from './accounts.js';
import { DOLLARS, sentDigits, stepped } from './currencies.js';
import { makeId } from './ids.js';
import type { ChargeLife, Movement } from './life.js';
import { settled } from './make-charge.js';

/** Money is available two days after it came in, at 00:00 UTC. */
export function availableOn(created: number): number {
  return Math.ceil(created / DAY) * DAY + 2 * DAY;
}

/** What a charge and all that followed it did to the balance. */
export function movementsOf(account: PaymentsAccount, life: ChargeLife): Movement[] {
  const { capture } = life;
  if (capture === null) return [];
  const { currency, rate } = life.settle;
  const found: Movement[] = [];
  const add = (
    number: number,
    at: number,
    type: string,
    category: string,
    amount: number,
    source: string,
    fees: { type: string; amount: number }[] = [],
  ): void => {
    found.push({
      id: makeId('txn', account.id, { day: life.day, slot: life.slot, number }),
      created: at,
      availableOn: amount > 0 && type !== 'refund_failure' ? availableOn(at) : at,
      type,
      category,
      currency,
      amount,
      fees,
      fee: fees.reduce((sum, fee) => sum + fee.amount, 0),
      rate,
      source,
      charge: life,
    });
  };
  const isCard = life.kind === 'charge';
  add(0, capture.at, life.kind, 'charge', settled(life, capture.amount), life.id, life.fees);
  for (const [index, refund] of life.refunds.entries()) {
    const amount = settled(life, refund.amount);
    add(
      1 + 2 * index,
      refund.created,
      isCard ? 'refund' : 'payment_refund',
      'refund',
      -amount,
      refund.id,
    );
    if (refund.outcome === 'failed') {
      add(2 + 2 * index, refund.resolvedAt, 'refund_failure', 'refund_failure', amount, refund.id);
    }
  }
  const { dispute } = life;
  if (dispute === null || dispute.path[0]?.status !== 'needs_response') return found;
  const amount = settled(life, dispute.amount);
  const fee = stepped((15 / (DOLLARS[currency] ?? 1)) * 10 ** sentDigits(currency), currency);
  const first = 20;
  add(first, dispute.created, 'adjustment', 'dispute', -amount, dispute.id, [
    { type: 'stripe_fee', amount: fee },
  ]);
  const won = dispute.path.find((step) => step.status === 'won');
  if (won) add(first + 1, won.at, 'adjustment', 'dispute_reversal', amount, dispute.id);
  return found;
}
