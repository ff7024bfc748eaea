import { Chance } from '../chance.js';
import { DAY, DAY_ZERO, type PaymentsAccount } from './accounts.js';
import { DOLLARS, sentDigits, stepped } from './currencies.js';
import { makeId } from './ids.js';
import type { ChargeLife, DisputeLife, RefundLife } from './life.js';

const FAILURES = {
  card_declined: 5,
  insufficient_funds: 3,
  expired_card: 2,
  incorrect_cvc: 1,
  processing_error: 1,
} as const;

const REASONS = { requested_by_customer: 6, duplicate: 1, fraudulent: 1, none: 2 } as const;

const DISPUTES = {
  fraudulent: 5,
  product_not_received: 3,
  duplicate: 1,
  subscription_canceled: 2,
} as const;

/** Longest time between a charge and the last thing that happens because of it, in days. */
export const TAIL_DAYS = 92;

/** One charge with all that will ever become of it. @param count charges of that day */
export function makeCharge(
  account: PaymentsAccount,
  seed: string,
  place: { day: number; slot: number; count: number },
): ChargeLife {
  const { day, slot, count } = place;
  const chance = new Chance(seed, account.id, 'charge', day, slot);
  const cell = DAY / Math.max(1, count);
  const created = DAY_ZERO + day * DAY + Math.floor((slot + chance.next() * 0.98) * cell);
  const currency = chance.weighted(account.currencies);
  const dollars = 4 + chance.next() ** 2 * 240;
  const amount = stepped(
    (dollars / (DOLLARS[currency] ?? 1)) * 10 ** sentDigits(currency),
    currency,
  );
  const kind = chance.happens(0.08) ? 'payment' : 'charge';
  const fate = chance.next();
  const isFailed = fate < 0.07;
  const isHeld = kind === 'charge' && fate > 0.97;
  const settledAt = kind === 'payment' ? created + 4 * DAY + chance.whole(0, 9_000) : created;
  const capture =
    isFailed || isHeld
      ? null
      : { at: settledAt + (fate > 0.94 && kind === 'charge' ? 2 * DAY : 0), amount };
  // Captured later, and then sometimes less than was authorised.
  if (capture !== null && capture.at > settledAt && chance.happens(0.5)) {
    capture.amount = stepped(amount * 0.8, currency);
  }
  const life: ChargeLife = {
    id: makeId('ch', account.id, { day, slot, number: 0 }),
    day,
    slot,
    created,
    currency,
    amount,
    kind,
    customer: customerOf(account, chance, day),
    outcome: isFailed ? 'failed' : isHeld ? 'held' : 'succeeded',
    failure: isFailed
      ? kind === 'payment'
        ? 'debit_not_authorized'
        : chance.weighted(FAILURES)
      : null,
    settledAt,
    capture,
    settle: settlement(account, currency),
    refunds: [],
    dispute: null,
    fees: [],
    invoice: null,
  };
  if (capture === null) return life;
  life.fees = feesOn(account, life, capture.amount);
  const ending = chance.next();
  if (ending < 0.065) life.refunds = makeRefunds(account, chance, life, capture);
  else if (ending > 0.985 && kind === 'charge') {
    life.dispute = makeDispute(account, chance, life, capture);
  }
  return life;
}

export function settlement(
  account: PaymentsAccount,
  currency: string,
): { currency: string; rate: number | null } {
  if (account.settles.includes(currency)) return { currency, rate: null };
  const rate = (DOLLARS[currency] ?? 1) / (DOLLARS[account.home] ?? 1);
  return { currency: account.home, rate: Number(rate.toFixed(5)) };
}

/** An amount of the charge's currency in that of settlement. */
export function settled(life: ChargeLife, amount: number): number {
  const { currency, rate } = life.settle;
  if (rate === null) return amount;
  return stepped(
    amount * rate * 10 ** (sentDigits(currency) - sentDigits(life.currency)),
    currency,
  );
}

export function feesOn(
  account: PaymentsAccount,
  life: ChargeLife,
  amount: number,
): { type: string; amount: number }[] {
  const { currency } = life.settle;
  const fixed = (0.3 / (DOLLARS[currency] ?? 1)) * 10 ** sentDigits(currency);
  const fee = stepped(settled(life, amount) * 0.029 + fixed, currency);
  const fees = [{ type: 'stripe_fee', amount: fee }];
  // Some countries tax the fee.
  const tax = stepped(fee * 0.15, currency);
  if (account.country !== 'US' && tax > 0) fees.push({ type: 'tax', amount: tax });
  return fees;
}

function customerOf(account: PaymentsAccount, chance: Chance, day: number): string | null {
  if (chance.happens(0.15)) return null;
  // Somebody of that day or of one before it; each day brings three.
  const since = Math.max(0, day - Math.floor(chance.next() ** 2 * 90));
  return makeId('cus', account.id, { day: since, slot: chance.whole(0, 2), number: 0 });
}

function makeRefunds(
  account: PaymentsAccount,
  chance: Chance,
  life: ChargeLife,
  capture: { at: number; amount: number },
): RefundLife[] {
  const refunds: RefundLife[] = [];
  let left = capture.amount;
  let at = capture.at;
  for (let number = 0; number < 2 && left > 0; number += 1) {
    const isPart = chance.happens(0.55);
    const share = stepped(left * (0.2 + chance.next() * 0.5), life.currency);
    const amount = isPart && share > 0 ? share : left;
    const reason = chance.weighted(REASONS);
    at += chance.whole(600, 14 * DAY);
    const isSlow = life.kind === 'payment' || chance.happens(0.2);
    const isFailed = isSlow && chance.happens(0.3);
    refunds.push({
      id: makeId('re', account.id, { day: life.day, slot: life.slot, number }),
      created: at,
      amount,
      reason: reason === 'none' ? null : reason,
      resolvedAt: isSlow ? at + chance.whole(1, 9) * DAY : at,
      outcome: isFailed ? 'failed' : 'succeeded',
    });
    left -= amount;
    if (!chance.happens(0.3)) break;
  }
  return refunds;
}

function makeDispute(
  account: PaymentsAccount,
  chance: Chance,
  life: ChargeLife,
  capture: { at: number; amount: number },
): DisputeLife {
  const created = capture.at + chance.whole(2 * DAY, 40 * DAY);
  const fate = chance.next();
  const answered = created + chance.whole(2, 7) * DAY;
  const closed = answered + chance.whole(10, 35) * DAY;
  const path =
    fate < 0.15
      ? [
          { at: created, status: 'warning_needs_response' },
          { at: answered, status: 'warning_under_review' },
          { at: closed, status: 'warning_closed' },
        ]
      : fate < 0.22
        ? [{ at: created, status: 'prevented' }]
        : [
            { at: created, status: 'needs_response' },
            { at: answered, status: 'under_review' },
            { at: closed, status: fate < 0.55 ? 'won' : 'lost' },
          ];
  return {
    id: makeId('dp', account.id, { day: life.day, slot: life.slot, number: 0 }),
    created,
    amount: capture.amount,
    reason: chance.weighted(DISPUTES),
    path,
  };
}
