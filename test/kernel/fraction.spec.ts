import { describe, expect, it } from '@jest/globals';
import {
  decimalFraction,
  type Fraction,
  fraction,
  isPositive,
  minus,
  over,
  plus,
  roundHalfEven,
  times,
  ZERO,
} from '../../src/kernel/fraction.js';
import { seeded } from '../support/seeded.js';

const random = seeded(52);
const between = (low: number, high: number) =>
  BigInt(low + Math.floor(random() * (high - low + 1)));

/** Small parts meet one denominator often; large ones lie beyond what a double holds. */
function anyFraction(): Fraction {
  const numerator = between(-60, 60) * (random() < 0.3 ? 10n ** 20n + 7n : 1n);
  const denominator = between(1, 30) * (random() < 0.3 ? 10n ** 19n + 9n : 1n);
  return fraction(numerator, random() < 0.5 ? denominator : -denominator);
}

const cases = Array.from({ length: 500 }, () => [anyFraction(), anyFraction(), anyFraction()]) as [
  Fraction,
  Fraction,
  Fraction,
][];

describe('a fraction', () => {
  it('keeps the rules of arithmetic to the last digit', () => {
    for (const [a, b, c] of cases) {
      expect(plus(a, b)).toEqual(plus(b, a));
      expect(plus(plus(a, b), c)).toEqual(plus(a, plus(b, c)));
      expect(times(a, plus(b, c))).toEqual(plus(times(a, b), times(a, c)));
      expect(minus(plus(a, b), b)).toEqual(a);
      expect(minus(a, a)).toEqual(ZERO);
      if (b.numerator !== 0n) expect(over(times(a, b), b)).toEqual(a);
    }
  });

  it('is the sum and the product that its definition says', () => {
    for (const [a, b] of cases) {
      const sum = plus(a, b);
      expect(sum.numerator * a.denominator * b.denominator).toBe(
        (a.numerator * b.denominator + b.numerator * a.denominator) * sum.denominator,
      );
      const product = times(a, b);
      expect(product.numerator * a.denominator * b.denominator).toBe(
        a.numerator * b.numerator * product.denominator,
      );
    }
  });

  it('is the same value, in lowest terms, however it was written', () => {
    for (const [a] of cases) {
      for (const factor of [-12n, -1n, 2n, 10n ** 18n]) {
        expect(fraction(a.numerator * factor, a.denominator * factor)).toEqual(a);
      }
      expect(a.denominator > 0n).toBe(true);
      expect(isPositive(a)).toBe(a.numerator > 0n);
    }
    expect(fraction(6n, -4n)).toEqual({ numerator: -3n, denominator: 2n });
    expect(fraction(0n, -7n)).toEqual(ZERO);
  });

  it('over zero is none', () => {
    expect(() => fraction(1n, 0n)).toThrow(RangeError);
    expect(() => over(fraction(1n), ZERO)).toThrow(RangeError);
  });
});

describe('rounding', () => {
  it('takes the nearest whole number, and the even one of two', () => {
    for (const [a] of cases) {
      const rounded = roundHalfEven(a);
      const off = times(minus(a, fraction(rounded)), fraction(2n));
      const size = off.numerator < 0n ? -off.numerator : off.numerator;
      const isHalf = size === off.denominator;
      expect(size < off.denominator || (isHalf && rounded % 2n === 0n)).toBe(true);
    }
  });

  it.each([
    ['0.5', 0n],
    ['1.5', 2n],
    ['2.5', 2n],
    ['-0.5', 0n],
    ['-1.5', -2n],
    ['-2.5', -2n],
    ['2.500000000000001', 3n],
    ['-2.500000000000001', -3n],
    ['9007199254740993.5', 9007199254740994n],
  ])('%s to %s', (decimal, expected) => {
    expect(roundHalfEven(decimalFraction(decimal))).toBe(expected);
  });
});

describe('a decimal number', () => {
  it('is read to its last digit', () => {
    expect(decimalFraction('12.5')).toEqual(fraction(25n, 2n));
    expect(decimalFraction('-0.03')).toEqual(fraction(-3n, 100n));
    expect(decimalFraction('99999999999999999999.000000000000001')).toEqual(
      fraction(99999999999999999999000000000000001n, 10n ** 15n),
    );
    expect(decimalFraction('7')).toEqual(fraction(7n));
  });

  it.each(['', '.5', '5.', '1e3', '1,5', ' 1', '1\n', '+1', '0x1', 'NaN', '1'.repeat(21)])(
    'is not %j',
    (text) => {
      expect(() => decimalFraction(text)).toThrow(RangeError);
    },
  );
});
