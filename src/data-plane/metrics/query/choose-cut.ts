import { breakdownsOf, type Cut } from '../catalogue/breakdowns.js';
import type { Measure } from '../catalogue/measure.js';
import { BreakdownNotOfferedError } from './query.errors.js';
import type { SeriesFilter } from './series-filter.js';

/**
 * The one cut that the answer about this measure is made of: the first that has every dimension asked
 * for. Null where the measure is in no cuts.
 *
 * @throws BreakdownNotOfferedError
 */
export function chooseCut(
  measure: Measure,
  groupBy: readonly string[],
  filter: SeriesFilter,
): Cut | null {
  const offered = breakdownsOf(measure);
  if (offered === null) return null;
  const { dimensions, key } = measure.definition;
  const declared = (names: readonly string[]) => names.filter((name) => dimensions.includes(name));
  const grouped = declared(groupBy);
  const filtered = declared([
    ...filter.dimensions.keys(),
    ...(filter.currencies === null ? [] : ['currency']),
  ]);
  const asked = [...new Set([...grouped, ...filtered])];
  const cut = firstWith(offered, asked);
  if (cut !== undefined) return cut;
  throw new BreakdownNotOfferedError(
    filtered.length > 0 && firstWith(offered, grouped) !== undefined ? 'filter' : 'groupBy',
    `${key} of ${measure.provider}`,
    asked,
    offered,
  );
}

function firstWith(cuts: readonly Cut[], names: readonly string[]): Cut | undefined {
  return cuts.find((cut) => names.every((name) => cut.includes(name)));
}
