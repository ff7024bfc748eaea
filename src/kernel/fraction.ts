/**
 * An exact number. Money and percentages divide, and cents must not get lost meanwhile: round once, at the end.
 *
 * Always in lowest terms with a positive denominator, so that equal numbers are equal values.
 */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const ZERO: Fraction = { numerator: 0n, denominator: 1n };

/** @throws RangeError where the denominator is zero */
export function fraction(numerator: bigint, denominator = 1n): Fraction {
  if (denominator === 0n) throw new RangeError('A fraction over zero is none.');
  const divisor = commonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** `12.5` as 25/2. @throws RangeError where it is no plain decimal number of at most 20 and 15 digits */
export function decimalFraction(decimal: string): Fraction {
  const match = /^(-?\d{1,20})(?:\.(\d{1,15}))?$/.exec(decimal);
  if (match === null) throw new RangeError('This is no plain decimal number.');
  const [, whole = '0', part = ''] = match;
  return fraction(BigInt(whole + part), 10n ** BigInt(part.length));
}

export function plus(a: Fraction, b: Fraction): Fraction {
  // Most sums are over one denominator, and short numbers are reduced faster.
  if (a.denominator === b.denominator) {
    return fraction(a.numerator + b.numerator, a.denominator);
  }
  return fraction(
    a.numerator * b.denominator + b.numerator * a.denominator,
    a.denominator * b.denominator,
  );
}

export function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { numerator: -b.numerator, denominator: b.denominator });
}

export function times(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** @throws RangeError where `b` is zero */
export function over(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.denominator, a.denominator * b.numerator);
}

export function isPositive({ numerator }: Fraction): boolean {
  return numerator > 0n;
}

/** The nearest whole number; of two equally near, the even one. */
export function roundHalfEven({ numerator, denominator }: Fraction): bigint {
  let floor = numerator / denominator;
  if (numerator < 0n && floor * denominator !== numerator) floor -= 1n;
  const twice = (numerator - floor * denominator) * 2n;
  if (twice < denominator || (twice === denominator && floor % 2n === 0n)) return floor;
  return floor + 1n;
}

/** The greatest, positive; `b` is not zero. */
function commonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}
