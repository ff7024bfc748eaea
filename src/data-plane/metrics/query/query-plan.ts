import type { Cut } from '../catalogue/breakdowns.js';
import type { Measure } from '../catalogue/measure.js';
import type { Range, Rhythm } from './buckets.js';
import type { ComparedRange } from './comparison.js';
import type { SeriesFilter } from './series-filter.js';

/** A query that was understood and can be answered. */
export interface QueryPlan extends Rhythm {
  range: Range;
  compared: ComparedRange | null;
  /** In the order asked for, then by provider. */
  measures: readonly Measure[];
  /** The one cut of a measure that its answer is made of; null where it is in no cuts. */
  cuts: ReadonlyMap<Measure, Cut | null>;
  /** Declared dimensions, and `integration`. */
  groupBy: readonly string[];
  filter: SeriesFilter;
  top: number | null;
  /** In scope: by id. */
  integrations: ReadonlyMap<string, { provider: string; timeZone: string | null }>;
}
