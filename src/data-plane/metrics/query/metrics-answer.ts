import type { Dimensions } from '../../../connectors/kit/metric.js';
import type { Day } from '../../../kernel/calendar.js';
import type { Measure } from '../catalogue/measure.js';
import type { Buckets } from './buckets.js';
import type { QueryPlan } from './query-plan.js';
import type { Values } from './values.js';

/** One series of an answer, its values still as numbers. */
export interface ShownSeries {
  measure: Measure;
  currency: string | null;
  dimensions: Dimensions;
  /** Where it is the rest beside a top: of how many groups. */
  others: number | null;
  /** Null where its accounts are in several zones, each with days of its own. */
  timeZone: string | null;
  /** First day of the range that may still change. */
  provisionalFrom: Day | null;
  values: Values;
  compared: Values | null;
}

export interface MetricsAnswer {
  plan: QueryPlan;
  buckets: Buckets;
  /** Null where nothing is compared. */
  comparedBuckets: Buckets | null;
  series: readonly ShownSeries[];
}
