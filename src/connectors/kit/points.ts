import type { Day } from '../../kernel/calendar.js';
import type { Dimensions } from './metric.js';

/**
 * Takes what a mapper finds in one record. Values are whole numbers at the metric's digits: cents for
 * EUR, yen for JPY, seconds for seconds. Beyond ±2^53 it must be a bigint.
 *
 * Refuses with MappingError a metric the stream does not declare, a dimension the metric does not
 * declare, a money value without currency and a value that is no whole number. A dimension's value that
 * the guard refuses (a card number, an e-mail address) is replaced by `(withheld)` and counted.
 */
export interface PointSink {
  /** Adds to the day's sum. */
  add(metric: string, day: Day, value: number | bigint, series?: SeriesLabel): void;
  /** Adds numerator / denominator exactly; rounded once, half to even, when the slice is done. */
  addFraction(
    metric: string,
    day: Day,
    numerator: bigint,
    denominator: bigint,
    series?: SeriesLabel,
  ): void;
  /** Replaces the day's value: for reports whose rows are whole values already. */
  set(metric: string, day: Day, value: number | bigint, series?: SeriesLabel): void;
  /** Hands in one of the values whose median is kept. */
  collect(metric: string, day: Day, value: number, series?: SeriesLabel): void;
}

export interface SeriesLabel {
  /** ISO 4217, upper case; for money only, and always for money. */
  currency?: string;
  dimensions?: Dimensions;
}

/** One value of one series, ready for the store. */
export interface Point {
  metric: string;
  day: Day;
  currency: string | null;
  dimensions: Dimensions;
  /** Whole, at `digits` after the point: 1234 at 2 is 12.34. Always a safe integer. */
  value: number;
  digits: number;
}
