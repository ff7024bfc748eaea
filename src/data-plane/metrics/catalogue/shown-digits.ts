import { digitsOf } from '../../../connectors/kit/metric.js';
import type { Measure } from './measure.js';

/** A quotient is rounded; a part in a million is finer than any of its parts. */
const RATIO_DIGITS = 6;
const PERCENT_DIGITS = 4;

/** Digits after the point in an answer: of what is stored as it is, of a ratio what it is rounded to. */
export function shownDigits({ definition }: Measure, currency: string | null): number {
  const { aggregation, unit, decimals } = definition;
  if (aggregation.kind !== 'ratio' || decimals !== undefined || unit === 'money') {
    return digitsOf(definition, currency);
  }
  return unit === 'percent' ? PERCENT_DIGITS : RATIO_DIGITS;
}
