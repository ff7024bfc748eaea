import { DAY, DAY_ZERO, type PaymentsAccount } from './accounts.js';
import { DOLLARS, sentDigits, stepped } from './currencies.js';
import { makeId } from './ids.js';
import type { Movement } from './life.js';

const WEEK = 7 * DAY;

/** Every Monday at 06:00 UTC the balance is emptied to the bank. */
const FIRST_CUTOFF = DAY_ZERO + DAY + 6 * 3_600;

/** Things of the account itself, not of a charge, have slots from here on. */
const ACCOUNT_SLOTS = 1_600_000;

export interface PayoutLife {
  id: string;
  created: number;
  arrival: number;
  /** Below nothing where the bank is debited. */
  amount: number;
  currency: string;
  /** The bank sent it back then. */
  failedAt: number | null;
}

/** Number of the payout that empties the balance of this instant. */
export function weekOf(at: number): number {
  return Math.ceil((at - FIRST_CUTOFF) / WEEK);
}

export function cutoffOf(week: number): number {
  return FIRST_CUTOFF + week * WEEK;
}

/** Whether the bank sends this one back, where it is more than nothing. */
export function isSentBack(account: PaymentsAccount, week: number, currency: string): boolean {
  return week % 13 === 5 && currency === account.home;
}

export function makePayout(
  account: PaymentsAccount,
  week: number,
  currency: string,
  amount: number,
): PayoutLife {
  const created = cutoffOf(week);
  const day = Math.floor((created - DAY_ZERO) / DAY);
  const slot = ACCOUNT_SLOTS + account.settles.indexOf(currency);
  const arrival = DAY_ZERO + (day + 2) * DAY;
  return {
    id: makeId('po', account.id, { day, slot, number: 0 }),
    created,
    arrival,
    amount,
    currency,
    failedAt: amount > 0 && isSentBack(account, week, currency) ? arrival + DAY + 3_600 : null,
  };
}

/** The payout's own movements, and of its return. */
export function payoutMovements(account: PaymentsAccount, payout: PayoutLife): Movement[] {
  const day = Math.floor((payout.created - DAY_ZERO) / DAY);
  const slot = ACCOUNT_SLOTS + account.settles.indexOf(payout.currency);
  const shape = { currency: payout.currency, fees: [], fee: 0, rate: null, charge: null };
  const out: Movement = {
    ...shape,
    id: makeId('txn', account.id, { day, slot, number: 0 }),
    created: payout.created,
    availableOn: payout.created,
    type: 'payout',
    category: 'payout',
    amount: -payout.amount,
    source: payout.id,
  };
  if (payout.failedAt === null) return [out];
  const back: Movement = {
    ...out,
    id: makeId('txn', account.id, { day, slot, number: 1 }),
    created: payout.failedAt,
    availableOn: payout.failedAt,
    type: 'payout_failure',
    category: 'payout_reversal',
    amount: payout.amount,
  };
  return [out, back];
}

/** Monthly: a bill for services on the 1st; money held back on the 10th and let go on the 20th. */
export function monthlyMovements(account: PaymentsAccount, day: number): Movement[] {
  const start = DAY_ZERO + day * DAY;
  const date = new Date(start * 1_000).getUTCDate();
  const currency = account.home;
  const of = (dollars: number): number =>
    stepped((dollars / (DOLLARS[currency] ?? 1)) * 10 ** sentDigits(currency), currency);
  const movement = (number: number, type: string, category: string, amount: number): Movement => {
    const created = start + 7 * 3_600;
    const id = makeId('txn', account.id, { day, slot: ACCOUNT_SLOTS + 20, number });
    return {
      id,
      created,
      availableOn: created,
      type,
      category,
      currency,
      amount,
      fees: [],
      fee: 0,
      rate: null,
      source: id.replace('txn', 'fee'),
      charge: null,
    };
  };
  if (date === 1 && day > 0) return [movement(0, 'stripe_fee', 'fee', -of(23.4))];
  if (date === 10) return [movement(1, 'reserve_hold', 'risk_reserved_funds', -of(50))];
  if (date === 20 && day > 19)
    return [movement(2, 'reserve_release', 'risk_reserved_funds', of(50))];
  return [];
}
