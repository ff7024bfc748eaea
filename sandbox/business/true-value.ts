/** One true value. `day` is the first of the month for what is known by month only. */
export interface TrueValue {
  metric: string;
  currency?: string;
  dimensions: Record<string, string>;
  day: string;
  /** Decimal text; for a ratio a quotient with ten digits, exact as numerator and denominator. */
  value: string;
  numerator?: string;
  denominator?: string;
}

/** A quotient, its parts beside it. */
export function ratio(
  metric: string,
  day: string,
  dimensions: Record<string, string>,
  numerator: number,
  denominator: number,
): TrueValue {
  return {
    metric,
    dimensions,
    day,
    value: (numerator / denominator).toFixed(10),
    numerator: String(numerator),
    denominator: String(denominator),
  };
}
