import { type Fraction, decimalFraction, plus, ZERO } from '../../../kernel/fraction.js';
import { currency } from '../../kit/read/currency.js';
import { boolean } from '../../kit/read/boolean.js';
import { list } from '../../kit/read/list.js';
import { object } from '../../kit/read/object.js';
import { optionalText } from '../../kit/read/optional-text.js';
import { optionalWhole } from '../../kit/read/optional-whole.js';
import { text } from '../../kit/read/text.js';
import { whole } from '../../kit/read/whole.js';
import { property } from '../../kit/read/property.js';
import { BrokenPageError } from '../../kit/provider-errors.js';
import type { Discount, Item, Subscription } from './subscription.js';

/** Takes what is needed of one of `GET /v1/subscriptions`. */
export function readSubscription(item: unknown): Subscription {
  return {
    live: boolean(item, 'livemode'),
    testClock: optionalText(item, 'test_clock'),
    status: text(item, 'status'),
    paused: (property(item, 'pause_collection') ?? null) !== null,
    startedAt: whole(item, 'start_date'),
    endedAt: optionalWhole(item, 'ended_at'),
    currency: currency(item, 'currency'),
    items: list(object(item, 'items'), 'data').map(readItem),
    discounts: list(item, 'discounts').flatMap(readDiscount),
    includedTax: includedTax(property(item, 'default_tax_rates')) ?? ZERO,
  };
}

function readItem(item: unknown): Item {
  const price = object(item, 'price');
  return {
    product: text(price, 'product'),
    priceId: text(price, 'id'),
    // Metered items have none.
    quantity: optionalWhole(item, 'quantity') ?? 0,
    recurring: readRecurring(property(price, 'recurring')),
    unitAmount: readUnitAmount(price),
    taxIsIncluded: optionalText(price, 'tax_behavior') === 'inclusive',
    includedTax: includedTax(property(item, 'tax_rates')),
  };
}

function readRecurring(recurring: unknown): Item['recurring'] {
  if (recurring === null || recurring === undefined) return null;
  return {
    interval: text(recurring, 'interval'),
    count: whole(recurring, 'interval_count'),
    metered: text(recurring, 'usage_type') === 'metered',
  };
}

function readUnitAmount(price: unknown): Fraction | null {
  const whole = optionalWhole(price, 'unit_amount');
  if (whole !== null) return decimalFraction(String(whole));
  const decimal = optionalText(price, 'unit_amount_decimal');
  return decimal === null ? null : readDecimal(decimal, 'unit_amount_decimal');
}

/** Only what was expanded; a bare id says nothing of what it takes off. */
function readDiscount(discount: unknown): Discount[] {
  if (typeof discount !== 'object' || discount === null) return [];
  const coupon = property(object(discount, 'source'), 'coupon');
  if (typeof coupon !== 'object' || coupon === null) return [];
  const percent = property(coupon, 'percent_off') ?? null;
  const amount = optionalWhole(coupon, 'amount_off');
  return [
    {
      percentOff: percent === null ? null : readDecimal(String(percent), 'percent_off'),
      amountOff: amount === null ? null : { amount, currency: currency(coupon, 'currency') },
      duration: text(coupon, 'duration'),
      end: optionalWhole(discount, 'end'),
    },
  ];
}

/** The sum of the rates that are inside the price; null where there are none. */
function includedTax(rates: unknown): Fraction | null {
  if (!Array.isArray(rates) || rates.length === 0) return null;
  return rates
    .filter((rate) => boolean(rate, 'inclusive'))
    .map((rate) => readDecimal(String(property(rate, 'percentage')), 'percentage'))
    .reduce(plus, ZERO);
}

function readDecimal(decimal: string, name: string): Fraction {
  try {
    return decimalFraction(decimal);
  } catch {
    throw new BrokenPageError(`${name} is a decimal number`);
  }
}
