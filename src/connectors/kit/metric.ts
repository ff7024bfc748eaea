import { currencyDigits } from '../../kernel/currency.js';

/** A catalogued measure of one provider. Its key and its provider together name it. */
export interface MetricDefinition {
  /** `payments.gross_volume` */
  key: string;
  title: string;
  description: string;
  /** Money has a currency in every series and is never summed over currencies. */
  unit: 'money' | 'count' | 'seconds' | 'days' | 'percent' | 'ratio';
  /** Digits after the point that are kept; money: those of its currency unless given here. Others: 0. */
  decimals?: number;
  /** The only dimensions its points may have. A money metric's currency is not among them. */
  dimensions: readonly string[];
  /**
   * Where the provider gives the same whole cut in several ways that cannot be crossed (by channel; by
   * country and device): the dimensions of each cut. Every point has exactly the dimensions of one cut, an
   * answer is made of one cut alone, the first that has all dimensions asked for.
   */
  breakdowns?: readonly (readonly string[])[];
  aggregation: Aggregation;
}

/**
 * - `sum`: adds up over days and dimensions.
 * - `last`: a state at the end of a day; adds up over dimensions, and a period shows its last day's.
 * - `unique`, `median`: adds up over nothing; served only at the grain the provider gave (`per`).
 *   A point `per` month lies on the first day of it; `7d` and `28d` on the last day of the window.
 * - `ratio`: never stored; made of stored metrics when asked for, numerator and denominator summed apart.
 */
export type Aggregation =
  | { kind: 'sum' }
  | { kind: 'last' }
  | { kind: 'unique'; per: 'day' | 'month' | '7d' | '28d' }
  | { kind: 'median'; per: 'month' }
  | { kind: 'ratio'; numerator: readonly RatioTerm[]; denominator: readonly RatioTerm[] };

export interface RatioTerm {
  metric: string;
  factor: 1 | -1;
  /** `start`: a `last` metric's value on the day before the period. Otherwise the period's own value. */
  take?: 'period' | 'start';
}

/** Dimension names to values; what a point is told apart by. */
export type Dimensions = Readonly<Record<string, string>>;

/** Digits after the point of this metric's stored values. */
export function digitsOf(metric: MetricDefinition, currency: string | null): number {
  if (metric.decimals !== undefined) return metric.decimals;
  return metric.unit === 'money' && currency !== null ? currencyDigits(currency) : 0;
}
