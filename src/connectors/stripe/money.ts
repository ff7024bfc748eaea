import { currencyDigits } from '../../kernel/currency.js';

/**
 * Digits after the point in Stripe's amounts, where they are not the currency's own: ISK and UGX come with
 * two (UGX is UNVERIFIED), MGA with none.
 */
const DIGITS_AT_STRIPE: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 };

/** An amount as a fraction of the currency's own smallest unit. */
export interface Amount {
  numerator: bigint;
  denominator: bigint;
}

/** @param amount whole, as Stripe sends it. @param currency upper case */
export function amountOf(amount: number, currency: string): Amount {
  const own = currencyDigits(currency);
  const sent = DIGITS_AT_STRIPE[currency] ?? own;
  return {
    numerator: BigInt(amount) * 10n ** BigInt(Math.max(0, own - sent)),
    denominator: 10n ** BigInt(Math.max(0, sent - own)),
  };
}
