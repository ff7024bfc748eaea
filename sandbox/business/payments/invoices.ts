import { Chance } from '../chance.js';
import { DAY, DAY_ZERO, type PaymentsAccount } from './accounts.js';
import { stepped } from './currencies.js';
import { makeId } from './ids.js';
import type { ChargeLife } from './life.js';
import { feesOn, settlement } from './make-charge.js';
import type { Price } from './plans.js';
import {
  type Item,
  periodStart,
  type SubscriptionLife,
  subscriptionAt,
} from './subscription-life.js';

/** Invoices are made up to here: far beyond any reading. */
const HORIZON = DAY_ZERO + 1_600 * DAY;

/** Charges for invoices have slots from here on. */
const INVOICE_SLOTS = 1_200_000;

export interface InvoiceLine {
  id: string;
  item: Item;
  amount: number;
}

export interface InvoiceLife {
  id: string;
  number: number;
  subscription: SubscriptionLife;
  reason: 'subscription_create' | 'subscription_cycle';
  created: number;
  periodStart: number;
  periodEnd: number;
  lines: readonly InvoiceLine[];
  subtotal: number;
  discount: number;
  total: number;
  dueAt: number | null;
  /** Null: never. */
  paidAt: number | null;
  voidedAt: number | null;
  uncollectibleAt: number | null;
  /** The payment behind it; null where nothing was to be paid, or nobody did. */
  charge: ChargeLife | null;
}

export function makeInvoices(
  account: PaymentsAccount,
  seed: string,
  lives: readonly SubscriptionLife[],
): InvoiceLife[] {
  const found: InvoiceLife[] = [];
  for (const life of lives) {
    if (life.stillborn) continue;
    for (const period of periodsOf(life)) {
      const chance = new Chance(seed, account.id, 'invoice', life.number, period.index);
      const made = makeInvoice(account, chance, life, period, found.length);
      if (made !== null) found.push(made);
    }
  }
  return found;
}

interface Period {
  index: number;
  from: number;
  to: number;
}

function* periodsOf(life: SubscriptionLife): Generator<Period> {
  if (life.trialEnd !== null) yield { index: 0, from: life.created, to: life.trialEnd };
  const anchor = life.trialEnd ?? life.created;
  const price = life.items[0]?.price;
  if (price === undefined) return;
  for (let index = 0; ; index += 1) {
    const from = periodStart(anchor, price, index);
    if (from > HORIZON) return;
    yield { index: index + 1, from, to: periodStart(anchor, price, index + 1) };
  }
}

function makeInvoice(
  account: PaymentsAccount,
  chance: Chance,
  life: SubscriptionLife,
  period: Period,
  number: number,
): InvoiceLife | null {
  const state = subscriptionAt(life, period.from);
  const isLive = state !== null && ['trialing', 'active', 'past_due'].includes(state.status);
  if (!isLive || state.collectionPaused) return null;
  const day = Math.floor((period.from - DAY_ZERO) / DAY);
  const isTrial = state.status === 'trialing';
  const lines = state.items.map((item, index) => ({
    id: makeId('il', account.id, { day, slot: life.number, number: index }),
    item,
    amount: isTrial ? 0 : stepped(lineAmount(item, chance), life.currency),
  }));
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0);
  const discount = Math.min(subtotal, discountOn(life, subtotal, period));
  const total = subtotal - discount;
  const sent = life.collection === 'send_invoice';
  const fate = chance.next();
  const invoice: InvoiceLife = {
    id: makeId('in', account.id, { day, slot: life.number, number: 0 }),
    number,
    subscription: life,
    reason: period.from === life.created ? 'subscription_create' : 'subscription_cycle',
    created: period.from,
    periodStart: period.from,
    periodEnd: period.to,
    lines,
    subtotal,
    discount,
    total,
    dueAt: sent ? period.from + 30 * DAY : null,
    paidAt: null,
    voidedAt: null,
    uncollectibleAt: null,
    charge: null,
  };
  if (total === 0) return { ...invoice, paidAt: period.from };
  if (fate > 0.985) return { ...invoice, voidedAt: period.from + 12 * DAY };
  if (fate > 0.975) return { ...invoice, uncollectibleAt: period.from + 60 * DAY };
  if (fate > 0.93) return invoice;
  // Some pay after it was due.
  const paidAt = period.from + (sent ? chance.whole(1, 38) * DAY : 3_600);
  return { ...invoice, paidAt, charge: chargeFor(account, invoice, paidAt) };
}

function lineAmount({ price, quantity }: Item, chance: Chance): number {
  if (price.recurring?.metered) return Number(price.unit) * chance.whole(50, 4_000);
  if (price.tiers !== null) return tieredAmount(price, quantity);
  return Math.round(Number(price.unit) * quantity);
}

/** Graduated: each unit at the price of the tier it lies in. */
export function tieredAmount(price: Price, quantity: number): number {
  let from = 0;
  let sum = 0;
  for (const tier of price.tiers ?? []) {
    if (quantity <= from) break;
    const upTo = Math.min(quantity, tier.upTo ?? Infinity);
    sum += tier.flat + (upTo - from) * tier.unit;
    from = upTo;
  }
  return sum;
}

function discountOn(life: SubscriptionLife, subtotal: number, period: Period): number {
  const { discount } = life;
  if (discount === null) return 0;
  const isFirst = period.index === (life.trialEnd === null ? 1 : 0);
  if (discount.duration === 'once' && !isFirst) return 0;
  if (discount.end !== null && discount.end <= period.from) return 0;
  const off = discount.off ?? (subtotal * (discount.percent ?? 0)) / 100;
  return stepped(off, life.currency);
}

function chargeFor(account: PaymentsAccount, invoice: InvoiceLife, at: number): ChargeLife {
  const day = Math.floor((at - DAY_ZERO) / DAY);
  const slot = INVOICE_SLOTS + invoice.number;
  const { currency, customer } = invoice.subscription;
  const life: ChargeLife = {
    id: makeId('ch', account.id, { day, slot, number: 0 }),
    day,
    slot,
    created: at,
    currency,
    amount: invoice.total,
    kind: 'charge',
    customer,
    outcome: 'succeeded',
    failure: null,
    settledAt: at,
    capture: { at, amount: invoice.total },
    settle: settlement(account, currency),
    refunds: [],
    dispute: null,
    fees: [],
    invoice: invoice.id,
  };
  life.fees = feesOn(account, life, invoice.total);
  return life;
}
