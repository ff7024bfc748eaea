import type { TruthRow } from '../../core/provider-module.js';
import type { Tally } from '../tally.js';
import { shiftDay, type Zone } from '../zone.js';
import { DAY_ZERO } from './accounts.js';
import type { PaymentsBook } from './book.js';
import { ownDigits, sentDigits } from './currencies.js';
import { Fraction } from './fraction.js';
import { tieredAmount } from './invoices.js';
import type { Price } from './plans.js';
import {
  type Item,
  type SubscriptionLife,
  type SubscriptionState,
  subscriptionAt,
} from './subscription-life.js';

/**
 * Subscriptions begun and ended go into the tally; states at the end of every day are rows of their own.
 *
 * @param now seconds
 */
export function subscriptionTruth(
  book: PaymentsBook,
  now: number,
  zone: Zone,
  tally: Tally,
): TruthRow[] {
  const lives = book.subscriptions().filter((life) => !life.clocked && life.created <= now);
  for (const life of lives) {
    // What never began is neither new nor lost.
    if (life.stillborn) continue;
    const state = subscriptionAt(life, now);
    // By the product it has now, or had last: what it began with is not told by anybody.
    const product = (state ?? life).items[0]?.price.product.id ?? '';
    tally.add('subscriptions.new', zone.dayOf(life.start * 1_000), 1, { dimensions: { product } });
    if (state === null || state.endedAt === null) continue;
    tally.add('subscriptions.churned', zone.dayOf(state.endedAt * 1_000), 1, {
      dimensions: { product },
    });
  }

  const today = zone.dayOf(now * 1_000);
  const days: { day: string; end: number; sums: DaySums }[] = [];
  for (let day = zone.dayOf(DAY_ZERO * 1_000); day <= today; day = shiftDay(day, 1)) {
    const end = Math.min(now, zone.startOf(shiftDay(day, 1)) / 1_000 - 1);
    days.push({ day, end, sums: { counts: new Map(), money: new Map() } });
  }
  for (const life of lives) {
    const turns = turnsOf(life);
    let parts: Part[] = [];
    let until = -Infinity;
    for (const { end, sums } of days) {
      if (end >= until) {
        // Between two turns nothing changes, so it is worked out once for all the days between.
        until = turns.find((at) => at > end) ?? Infinity;
        parts = partsAt(life, end);
      }
      for (const part of parts) addPart(sums, part);
    }
  }
  return days.flatMap(({ day, sums }) => rowsOf(day, sums));
}

/** Instants at which anything about a subscription changes, in order. */
function turnsOf(life: SubscriptionLife): number[] {
  const turns = [
    life.created,
    life.trialEnd,
    life.discount?.end,
    ...life.steps.map(({ at }) => at),
  ];
  return turns.filter((at) => typeof at === 'number').sort((a, b) => a - b);
}

/** What one subscription adds to a day: one to a count, or money a month. */
type Part = { metric: string; dimensions: Record<string, string>; key: string } & (
  { money: null } | { money: Fraction; currency: string }
);

interface DaySums {
  counts: Map<string, { part: Part; n: number }>;
  money: Map<string, { part: Part; sum: Fraction }>;
}

function addPart({ counts, money }: DaySums, part: Part): void {
  if (part.money === null) {
    const known = counts.get(part.key);
    if (known === undefined) counts.set(part.key, { part, n: 1 });
    else known.n += 1;
    return;
  }
  const known = money.get(part.key);
  if (known === undefined) money.set(part.key, { part, sum: part.money });
  else known.sum = known.sum.plus(part.money);
}

function partsAt(life: SubscriptionLife, at: number): Part[] {
  const state = subscriptionAt(life, at);
  if (state === null) return [];
  const { status } = state;
  const parts: Part[] = [];
  const count = (metric: string, dimensions: Record<string, string>): void => {
    const key = [metric, ...Object.values(dimensions)].join('|');
    parts.push({ metric, dimensions, key, money: null });
  };
  const product = state.items[0]?.price.product.id ?? '';
  const isRunning = status === 'active' || status === 'past_due';
  if (isRunning) count('subscriptions.active', { status, product });
  if (status === 'trialing') count('subscriptions.trialing', { status });
  const isPaused = status === 'paused' || state.collectionPaused;
  if (state.endedAt === null && isPaused) count('subscriptions.paused', { status });
  if (!isRunning || state.collectionPaused) return parts;
  const { currency } = life;
  for (const { product: own, sum } of monthly(life, state, at)) {
    const key = `${currency}|${own}`;
    parts.push({ metric: 'mrr.total', dimensions: { product: own }, key, money: sum, currency });
  }
  return parts;
}

function rowsOf(day: string, { counts, money }: DaySums): TruthRow[] {
  const rows: TruthRow[] = [];
  for (const { part, n } of counts.values()) {
    rows.push({ metric: part.metric, dimensions: part.dimensions, day, value: String(n) });
  }
  for (const { part, sum } of money.values()) {
    if (part.money === null) continue;
    const { currency, metric, dimensions } = part;
    const value = sum.times(1n, 10n ** BigInt(sentDigits(currency))).text(ownDigits(currency));
    rows.push({ metric, currency: currency.toUpperCase(), dimensions, day, value });
  }
  return rows;
}

/** Every amount a month goes over this: parts of a year, weeks and days, permille, tax, half units. */
const COMMON = 72n * 1_000n * 119n * 10n;

/** What a subscription brings a month, by product, in smallest units sent. */
function monthly(
  life: SubscriptionLife,
  state: SubscriptionState,
  at: number,
): { product: string; sum: Fraction }[] {
  const { discount, inclusiveTax } = life;
  const holds =
    discount !== null &&
    discount.duration !== 'once' &&
    (discount.end === null || discount.end > at);
  return state.items
    .filter((item) => item.price.recurring !== null && !item.price.recurring.metered)
    .map((item) => {
      let sum = perMonth(item.price, amountOf(item));
      if (holds && discount.percent !== null) {
        sum = sum.times(1_000n - BigInt(Math.round(discount.percent * 10)), 1_000n);
      }
      if (holds && discount.off !== null) {
        // Off each invoice, so it is spread over the time between two.
        const off = perMonth(item.price, new Fraction(BigInt(-discount.off)));
        sum = sum.plus(off).floored();
      }
      if (inclusiveTax !== null && item.price.inclusive)
        sum = sum.times(100n, 100n + BigInt(inclusiveTax));
      return { product: item.price.product.id, sum: sum.over(COMMON) };
    });
}

function amountOf({ price, quantity }: Item): Fraction {
  if (price.tiers !== null) return new Fraction(BigInt(tieredAmount(price, quantity)));
  const [whole = '0', part = ''] = (price.unit ?? '0').split('.');
  return new Fraction(BigInt(whole + part) * BigInt(quantity), 10n ** BigInt(part.length));
}

function perMonth(price: Price, amount: Fraction): Fraction {
  const { interval = 'month', count = 1 } = price.recurring ?? {};
  const n = BigInt(count);
  switch (interval) {
    case 'year':
      return amount.times(1n, 12n * n);
    case 'month':
      return amount.times(1n, n);
    case 'week':
      return amount.times(52n, 12n * n);
    case 'day':
      return amount.times(365n, 12n * n);
  }
}
