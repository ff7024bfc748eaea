import { fraction, type Fraction, plus } from '../../../kernel/fraction.js';
import { MappingError } from '../provider-errors.js';

/** Denominators are days of a month, parts of a year: their common multiple stays short. */
const LONGEST = 1n << 1024n;

/** What a mapper gave. @throws MappingError where the denominator is zero, or it is too long to go on with */
export function boundedFraction(numerator: bigint, denominator: bigint, metric: string): Fraction {
  if (denominator === 0n) throw new MappingError(`${metric}: a fraction over zero`);
  return bounded(fraction(numerator, denominator), metric);
}

/** Exact. @throws MappingError where it becomes too long to go on with */
export function boundedSum(a: Fraction, b: Fraction, metric: string): Fraction {
  return bounded(plus(a, b), metric);
}

function bounded(exact: Fraction, metric: string): Fraction {
  if (exact.denominator > LONGEST || exact.numerator > LONGEST) {
    throw new MappingError(`${metric}: a fraction too long`);
  }
  return exact;
}
