import type { Fraction } from '../../../kernel/fraction.js';
import type { Dimensions, MetricDefinition } from '../metric.js';
import type { Tally } from './median.js';
import type { Whole } from './exact-sum.js';

/** One series while a slice is read. Days are counted from the first of the slice. */
export class Series {
  readonly sums = new Map<number, Whole>();
  readonly fractions = new Map<number, Fraction>();
  readonly tallies = new Map<number, Tally>();

  constructor(
    readonly metric: MetricDefinition,
    readonly currency: string | null,
    /** In the order in which the metric declares them; null where the record has none. */
    readonly values: readonly (string | null)[],
  ) {}

  get dimensions(): Dimensions {
    const pairs = this.metric.dimensions.map((name, at) => [name, this.values[at] ?? null]);
    return Object.fromEntries(pairs.filter(([, value]) => value !== null)) as Dimensions;
  }
}

/** Tells series apart, whatever characters are in them. */
export function seriesKey(
  metric: string,
  currency: string | null,
  values: readonly (string | null)[],
): string {
  let key = `${metric} ${currency ?? ''}`;
  for (const value of values) key += value === null ? ' -' : ` ${value.length}:${value}`;
  return key;
}
