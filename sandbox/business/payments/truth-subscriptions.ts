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

  const rows: TruthRow[] = [];
  const today = zone.dayOf(now * 1_000);
  for (let day = zone.dayOf(DAY_ZERO * 1_000); day <= today; day = shiftDay(day, 1)) {
    const end = Math.min(now, zone.startOf(shiftDay(day, 1)) / 1_000 - 1);
    rows.push(...statesAt(lives, end, day));
  }
  return rows;
}

function statesAt(lives: readonly SubscriptionLife[], at: number, day: string): TruthRow[] {
  const counts = new Map<
    string,
    { metric: string; dimensions: Record<string, string>; n: number }
  >();
  const count = (metric: string, dimensions: Record<string, string>): void => {
    const key = `${metric}|${Object.values(dimensions).join('|')}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { metric, dimensions, n: 1 });
    else known.n += 1;
  };
  const money = new Map<string, { currency: string; product: string; sum: Fraction }>();
  for (const life of lives) {
    const state = subscriptionAt(life, at);
    if (state === null) continue;
    const { status } = state;
    const product = state.items[0]?.price.product.id ?? '';
    const isRunning = status === 'active' || status === 'past_due';
    if (isRunning) count('subscriptions.active', { status, product });
    if (status === 'trialing') count('subscriptions.trialing', { status });
    const isEnded = state.endedAt !== null;
    if (!isEnded && (status === 'paused' || state.collectionPaused)) {
      count('subscriptions.paused', { status });
    }
    if (!isRunning || state.collectionPaused) continue;
    for (const part of monthly(life, state, at)) {
      const key = `${life.currency}|${part.product}`;
      const known = money.get(key);
      const sum = known === undefined ? part.sum : known.sum.plus(part.sum);
      money.set(key, { currency: life.currency, product: part.product, sum });
    }
  }
  return [
    ...[...counts.values()].map(({ metric, dimensions, n }) => ({
      metric,
      dimensions,
      day,
      value: String(n),
    })),
    ...[...money.values()].map(({ currency, product, sum }) => ({
      metric: 'mrr.total',
      currency: currency.toUpperCase(),
      dimensions: { product },
      day,
      value: sum.times(1n, 10n ** BigInt(sentDigits(currency))).text(ownDigits(currency)),
    })),
  ];
}

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
      return { product: item.price.product.id, sum };
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
