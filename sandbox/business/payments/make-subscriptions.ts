import { Chance } from '../chance.js';
import { DAY, DAY_ZERO, type PaymentsAccount } from './accounts.js';
import { makeId } from './ids.js';
import type { Price } from './plans.js';
import {
  type Discount,
  type Item,
  periodStart,
  type Step,
  type SubscriptionLife,
} from './subscription-life.js';

/** Days over which new subscriptions begin. */
const SPREAD = 860;

/** All subscriptions that there will ever be, oldest first. */
export function makeSubscriptions(
  account: PaymentsAccount,
  seed: string,
  prices: readonly Price[],
): SubscriptionLife[] {
  return Array.from({ length: account.subscriptions }, (_, number) =>
    makeSubscription(account, new Chance(seed, account.id, 'subscription', number), number, prices),
  );
}

function makeSubscription(
  account: PaymentsAccount,
  chance: Chance,
  number: number,
  prices: readonly Price[],
): SubscriptionLife {
  const day = earliestAnchor(Math.floor((number * SPREAD) / account.subscriptions));
  const created = DAY_ZERO + day * DAY + chance.whole(0, DAY - 1);
  const currency = chance.pick(account.settles);
  const own = prices.filter((price) => price.currency === currency && price.recurring !== null);
  const plain = own.filter(({ product }) => !['seats', 'usage'].includes(product.key));
  const price = chance.pick(plain);
  const id = makeId('sub', account.id, { day, slot: number, number: 0 });
  const items: Item[] = [
    { id: itemId(account, number, 0), price, quantity: price.tiers ? chance.whole(3, 12) : 1 },
  ];
  const isMonthly = price.recurring?.interval === 'month' && price.recurring.count === 1;
  const beside = isMonthly && chance.happens(0.2) ? chance.pick(['seats', 'usage']) : null;
  const extra = own.find(({ product }) => product.key === beside);
  if (extra) {
    items.push({ id: itemId(account, number, 1), price: extra, quantity: chance.whole(1, 9) });
  }
  const hasTrial = chance.happens(0.3);
  const trialEnd = hasTrial ? earliestTrialEnd(created + 14 * DAY) : null;
  const anchor = trialEnd ?? created;
  const stillborn = !hasTrial && chance.happens(0.03);
  const life: SubscriptionLife = {
    id,
    number,
    customer: makeId('cus', account.id, { day, slot: 0, number: 0 }),
    currency,
    created,
    // Some were brought over from elsewhere and began before they were made here.
    start: number % 17 === 3 ? created - 20 * DAY : created,
    trialEnd,
    items,
    steps: [],
    discount: chance.happens(0.25) ? makeDiscount(account, chance, number, created, items) : null,
    inclusiveTax: price.inclusive ? 19 : null,
    collection: chance.happens(0.2) ? 'send_invoice' : 'charge_automatically',
    clocked: !account.live && number % 3 === 1,
    stillborn,
  };
  const steps = stillborn
    ? [{ at: created + DAY - 3_600, kind: 'end', status: 'incomplete_expired' } as const]
    : makeSteps(chance, anchor, trialEnd, items, plain);
  return { ...life, steps: steps.sort((a, b) => a.at - b.at) };
}

function makeSteps(
  chance: Chance,
  anchor: number,
  trialEnd: number | null,
  items: readonly Item[],
  prices: readonly Price[],
): Step[] {
  const steps: Step[] = [];
  const [first] = items;
  if (first === undefined) return steps;
  const end = (at: number): Step[] => [
    ...steps.filter((step) => step.at < at),
    { at, kind: 'end', status: 'canceled' },
  ];
  if (trialEnd !== null) {
    if (chance.happens(0.3)) return end(trialEnd);
    if (chance.happens(0.06)) {
      // A trial without a payment method: paused until somebody comes back, who does not.
      return [{ at: trialEnd, kind: 'status', status: 'paused' }];
    }
    steps.push({ at: trialEnd, kind: 'status', status: 'active' });
  }
  const later = (low: number, high: number): number => anchor + chance.whole(low * DAY, high * DAY);
  if (chance.happens(0.25)) {
    const alike = prices.filter(
      (price) =>
        price.recurring?.interval === first.price.recurring?.interval &&
        price.recurring?.count === first.price.recurring?.count &&
        price.inclusive === first.price.inclusive &&
        price.tiers === null &&
        first.price.tiers === null,
    );
    if (alike.length > 0)
      steps.push({ at: later(40, 200), kind: 'price', price: chance.pick(alike) });
  }
  if (chance.happens(0.35)) {
    steps.push({ at: later(20, 120), kind: 'quantity', quantity: chance.whole(2, 15) });
    if (chance.happens(0.4)) {
      steps.push({ at: later(121, 300), kind: 'quantity', quantity: chance.whole(1, 6) });
    }
  }
  if (chance.happens(0.08)) {
    const at = later(30, 260);
    steps.push({ at, kind: 'collection', paused: true });
    if (chance.happens(0.6)) steps.push({ at: at + 45 * DAY, kind: 'collection', paused: false });
  }
  const fate = chance.next();
  if (fate < 0.1) {
    const at = later(60, 500);
    steps.push({ at, kind: 'status', status: 'past_due' });
    if (fate < 0.05) steps.push({ at: at + 9 * DAY, kind: 'status', status: 'active' });
    else if (fate < 0.07) steps.push({ at: at + 21 * DAY, kind: 'status', status: 'unpaid' });
    else return end(at + 28 * DAY);
  } else if (fate < 0.34) {
    // Stays until the end of its period.
    const asked = later(30, 500);
    let index = 1;
    while (periodStart(anchor, first.price, index) <= asked) index += 1;
    const endsAt = periodStart(anchor, first.price, index);
    steps.push({ at: asked, kind: 'cancel-asked', endsAt });
    return end(endsAt);
  } else if (fate < 0.42) {
    return end(later(15, 600));
  }
  return steps;
}

function makeDiscount(
  account: PaymentsAccount,
  chance: Chance,
  number: number,
  start: number,
  items: readonly Item[],
): Discount {
  const id = makeId('di', account.id, { day: 0, slot: number, number: 0 });
  const coupon = makeId('coupon', account.id, { day: 0, slot: number, number: 0 });
  const [first] = items;
  const shape = { id, coupon, percent: null, off: null, start, end: null };
  const unit = Number(first?.price.unit ?? 0);
  const kind = chance.weighted({ percent: 4, repeating: 2, once: 2, amount: 3, all: 1 });
  if (kind === 'percent') return { ...shape, percent: 15, duration: 'forever' };
  if (kind === 'all') return { ...shape, percent: 100, duration: 'forever' };
  if (kind === 'once') return { ...shape, percent: 50, duration: 'once' };
  if (kind === 'amount' && items.length === 1 && unit > 0 && first?.price.inclusive === false) {
    const off = Math.round(unit / 400) * 100;
    if (off > 0) return { ...shape, off, duration: 'forever' };
  }
  return { ...shape, percent: 33.3, duration: 'repeating', end: start + 183 * DAY };
}

function itemId(account: PaymentsAccount, number: number, index: number): string {
  return makeId('si', account.id, { day: 0, slot: number, number: index });
}

/** The next day whose date is the 28th or before, so that every month has it. */
function earliestAnchor(day: number): number {
  const date = new Date((DAY_ZERO + day * DAY) * 1_000).getUTCDate();
  return date > 28 ? day + 4 : day;
}

function earliestTrialEnd(at: number): number {
  return new Date(at * 1_000).getUTCDate() > 28 ? at + 4 * DAY : at;
}
