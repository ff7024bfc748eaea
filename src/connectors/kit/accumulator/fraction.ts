import { MappingError } from '../provider-errors.js';

/** numerator / denominator in lowest terms; the denominator is positive. */
export interface Fraction {
  numerator: bigint;
  denominator: bigint;
}

/** Denominators are days of a month, parts of a year: their common multiple stays short. */
const LONGEST = 1n << 1024n;

/** @throws MappingError where the denominator is zero */
export function fractionOf(numerator: bigint, denominator: bigint, metric: string): Fraction {
  if (denominator === 0n) throw new MappingError(`${metric}: a fraction over zero`);
  const sign = denominator < 0n ? -1n : 1n;
  return reduced(numerator * sign, denominator * sign, metric);
}

/** Exact. @throws MappingError where it becomes too long to go on with */
export function addFractions(a: Fraction, b: Fraction, metric: string): Fraction {
  if (a.denominator === b.denominator) {
    return reduced(a.numerator + b.numerator, a.denominator, metric);
  }
  return reduced(
    a.numerator * b.denominator + b.numerator * a.denominator,
    a.denominator * b.denominator,
    metric,
  );
}

/** The nearest whole number; of two equally near, the even one. */
export function roundHalfEven({ numerator, denominator }: Fraction): bigint {
  let floor = numerator / denominator;
  if (numerator < 0n && floor * denominator !== numerator) floor -= 1n;
  const twice = (numerator - floor * denominator) * 2n;
  if (twice < denominator || (twice === denominator && floor % 2n === 0n)) return floor;
  return floor + 1n;
}

function reduced(numerator: bigint, denominator: bigint, metric: string): Fraction {
  const divisor = commonDivisor(numerator < 0n ? -numerator : numerator, denominator);
  const fraction = { numerator: numerator / divisor, denominator: denominator / divisor };
  if (fraction.denominator > LONGEST || fraction.numerator > LONGEST) {
    throw new MappingError(`${metric}: a fraction too long`);
  }
  return fraction;
}

function commonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}
