/** Digits that Stripe sends after the point, where it is not two. */
const SENT: Readonly<Record<string, number>> = { jpy: 0, krw: 0, kwd: 3, bhd: 3 };

/** Digits the currency itself has, where Stripe sends others: krónur come with two that are always zero. */
const OWN: Readonly<Record<string, number>> = { isk: 0 };

/** @param currency lower case */
export function sentDigits(currency: string): number {
  return SENT[currency] ?? 2;
}

export function ownDigits(currency: string): number {
  return OWN[currency] ?? sentDigits(currency);
}

/** The step in which amounts of a currency come: the last of KWD's three digits, and ISK's two, are zero. */
export function stepOf(currency: string): number {
  if (currency === 'isk') return 100;
  return sentDigits(currency) === 3 ? 10 : 1;
}

/** Rounded to the step of its currency. */
export function stepped(amount: number, currency: string): number {
  const step = stepOf(currency);
  return Math.round(amount / step) * step;
}

/** What one unit of the currency is worth in dollars, near enough to make prices of. */
export const DOLLARS: Readonly<Record<string, number>> = {
  usd: 1,
  eur: 1.08,
  gbp: 1.27,
  jpy: 0.0067,
  kwd: 3.25,
  isk: 0.0072,
  nzd: 0.6,
  aud: 0.65,
};
