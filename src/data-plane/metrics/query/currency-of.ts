import { hasCurrency, type Measure } from '../catalogue/measure.js';
import type { SeriesData } from '../store/metric-data.js';

/**
 * Which currency's group a series belongs to. Its own, mostly. In a quotient of money and a count (the
 * value of an order) the count has the one it is told apart by, if it is; otherwise it goes with the
 * money of its account, where that is all in one currency. Where it is not, the count cannot be told apart and belongs to no group (undefined), so
 * that the quotient is unknown and not wrong.
 */
export function currencyFinder(
  measure: Measure,
  series: readonly SeriesData[],
): (one: SeriesData) => string | null | undefined {
  if (!hasCurrency(measure) || measure.parts.every(({ unit }) => unit === 'money')) {
    return ({ currency }) => currency;
  }
  const ofAccount = new Map<string, string | null>();
  for (const { integrationId, currency } of series) {
    if (currency === null) continue;
    const seen = ofAccount.get(integrationId);
    ofAccount.set(integrationId, seen === undefined || seen === currency ? currency : null);
  }
  return ({ integrationId, currency, dimensions }) =>
    currency ?? dimensions['currency'] ?? ofAccount.get(integrationId) ?? undefined;
}
