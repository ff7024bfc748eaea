/** An exact number: money and percentages divide, and cents must not get lost meanwhile. */
export interface Fraction {
  numerator: bigint;
  denominator: bigint;
}

export const ZERO: Fraction = { numerator: 0n, denominator: 1n };

export function fraction(numerator: bigint, denominator = 1n): Fraction {
  return { numerator, denominator };
}

/** `12.5` as 125/10. @throws RangeError where it is no plain decimal number */
export function fractionOf(decimal: string): Fraction {
  const match = /^(-?\d{1,20})(?:\.(\d{1,15}))?$/.exec(decimal);
  if (match === null) throw new RangeError('This is no plain decimal number.');
  const [, whole = '0', part = ''] = match;
  return fraction(BigInt(whole + part), 10n ** BigInt(part.length));
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return fraction(
    a.numerator * b.denominator + b.numerator * a.denominator,
    a.denominator * b.denominator,
  );
}

export function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, fraction(-b.numerator, b.denominator));
}

export function times(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** @param b not zero */
export function over(a: Fraction, b: Fraction): Fraction {
  const sign = b.numerator < 0n ? -1n : 1n;
  return fraction(a.numerator * b.denominator * sign, a.denominator * b.numerator * sign);
}

export function isPositive({ numerator }: Fraction): boolean {
  return numerator > 0n;
}
