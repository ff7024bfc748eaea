import {
  fraction,
  type Fraction,
  isPositive,
  minus,
  over,
  plus,
  times,
  ZERO,
} from '../../../kernel/fraction.js';
import { timesAMonth } from './monthly.js';
import type { Discount, Item, Subscription } from './subscription.js';
import { tieredPrice, type Tiers } from './tiers.js';

const COUNTED = new Set(['active', 'past_due']);
const HUNDRED = fraction(100n);

/**
 * What a subscription brings a month, by product, in Stripe's smallest unit: prices times quantities at
 * their interval, less discounts, less tax that is inside the price. Nothing of trials, metered and one-off
 * prices, paused, unpaid and ended subscriptions. One that is cancelled for the end of its period counts
 * until then.
 *
 * @param now seconds since 1970
 * @param tiers prices with tiers, by id
 */
export function monthlyRevenue(
  subscription: Subscription,
  now: number,
  tiers: ReadonlyMap<string, Tiers>,
): ReadonlyMap<string, Fraction> {
  const byProduct = new Map<string, Fraction>();
  if (!COUNTED.has(subscription.status) || subscription.paused) return byProduct;
  const parts = subscription.items.map((item) => ({ item, monthly: listPrice(item, tiers) }));
  const total = parts.reduce((sum, { monthly }) => plus(sum, monthly), ZERO);
  if (!isPositive(total)) return byProduct;
  const paid = discounted(subscription, total, now);
  for (const { item, monthly } of parts) {
    const share = over(times(paid, monthly), total);
    const net = withoutTax(share, item, subscription);
    byProduct.set(item.product, plus(byProduct.get(item.product) ?? ZERO, net));
  }
  return byProduct;
}

function listPrice(item: Item, tiers: ReadonlyMap<string, Tiers>): Fraction {
  if (item.recurring === null || item.recurring.metered) return ZERO;
  const perMonth = timesAMonth(item.recurring.interval, item.recurring.count);
  if (perMonth === null) return ZERO;
  const tiered = tiers.get(item.priceId);
  if (item.unitAmount !== null) {
    return times(times(item.unitAmount, fraction(BigInt(item.quantity))), perMonth);
  }
  return tiered === undefined ? ZERO : times(tieredPrice(tiered, item.quantity), perMonth);
}

/** Percentages first, then amounts, which are taken off each invoice and so spread over its interval. */
function discounted(subscription: Subscription, total: Fraction, now: number): Fraction {
  const valid = subscription.discounts.filter((discount) => isValid(discount, now));
  let left = total;
  for (const { percentOff } of valid) {
    if (percentOff !== null) left = times(left, over(minus(HUNDRED, percentOff), HUNDRED));
  }
  const interval = subscription.items.find(({ recurring }) => recurring?.metered === false);
  const perMonth =
    interval?.recurring == null
      ? null
      : timesAMonth(interval.recurring.interval, interval.recurring.count);
  for (const { amountOff } of valid) {
    if (amountOff === null || perMonth === null) continue;
    if (amountOff.currency !== subscription.currency) continue;
    left = minus(left, times(fraction(BigInt(amountOff.amount)), perMonth));
  }
  return isPositive(left) ? left : ZERO;
}

/** A discount on one invoice says nothing about the months to come. */
function isValid({ duration, end }: Discount, now: number): boolean {
  return duration !== 'once' && (end === null || end > now);
}

function withoutTax(amount: Fraction, item: Item, subscription: Subscription): Fraction {
  const percent = item.includedTax ?? subscription.includedTax;
  if (!item.taxIsIncluded || !isPositive(percent)) return amount;
  return over(times(amount, HUNDRED), plus(HUNDRED, percent));
}
