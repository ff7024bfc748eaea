/** One true value of a property. */
export interface WebValue {
  metric: string;
  currency?: string;
  dimensions: Record<string, string>;
  day: string;
  /** Decimal text; of a ratio ten digits, exact as numerator and denominator. */
  value: string;
  numerator?: string;
  denominator?: string;
}
