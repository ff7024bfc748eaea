import { Chance } from '../chance.js';

/** Digits after the point of the currencies the hubs use. */
export function digitsOf(currency: string): number {
  return currency === 'JPY' ? 0 : 2;
}

/** One unit in US dollars, in millionths; what rates move around. */
const DOLLARS: Readonly<Record<string, number>> = {
  USD: 1_000_000,
  EUR: 1_101_200,
  GBP: 1_284_700,
  JPY: 6_650,
  NZD: 598_300,
  AUD: 654_100,
};

/**
 * Minor units of `home` for minor units of `currency`, at the rate of a month (`2026-03`). Rates are
 * entered by hand on the first of each month and lie up to 4 % around their usual height.
 *
 * The result is always even. With chances that are tenths, a sum of weighted amounts then never lies
 * half way between two minor units, so there is one right way to round it.
 */
export function inHome(minor: number, currency: string, home: string, month: string): number {
  if (currency === home) return minor;
  const swing = new Chance('crm-rate', currency, home, month).whole(-40_000, 40_000);
  const rate = BigInt(
    (DOLLARS[currency] ?? 1_000_000) +
      Math.round(((DOLLARS[currency] ?? 1_000_000) * swing) / 1_000_000),
  );
  const numerator = BigInt(minor) * rate * 10n ** BigInt(digitsOf(home));
  const denominator = BigInt(DOLLARS[home] ?? 1_000_000) * 10n ** BigInt(digitsOf(currency)) * 2n;
  return Number((numerator + denominator / 2n) / denominator) * 2;
}

/** `1234` at two digits is `12.34`. Also for amounts beyond safe integers. */
export function decimalText(minor: number | bigint, digits: number): string {
  const negative = minor < 0;
  const text = String(negative ? -minor : minor).padStart(digits + 1, '0');
  const cut = text.length - digits;
  return `${negative ? '-' : ''}${text.slice(0, cut)}${digits === 0 ? '' : `.${text.slice(cut)}`}`;
}
