import { exactAt, type Values } from './values.js';

export interface Term {
  factor: 1 | -1;
  values: Values;
}

/**
 * Quotients of sums, each rounded once, half to even, from exact whole numbers; NaN where the
 * denominator is 0 or a part is unknown.
 *
 * @param digits after the point of the answer
 * @param times 100 for percentages
 */
export function ratioValues(
  numerator: readonly Term[],
  denominator: readonly Term[],
  shape: { periods: number; digits: number; times: 1 | 100 },
): Values {
  const common = Math.max(...[...numerator, ...denominator].map(({ values }) => values.digits));
  const scale = 10n ** BigInt(shape.digits) * BigInt(shape.times);
  const numbers = new Float64Array(shape.periods).fill(Number.NaN);
  const big = new Map<number, bigint>();
  for (let at = 0; at < shape.periods; at += 1) {
    const above = total(numerator, at, common);
    const below = total(denominator, at, common);
    if (above === null || below === null || below === 0n) continue;
    const quotient = divideToEven(above * scale, below);
    numbers[at] = Number(quotient);
    if (!Number.isSafeInteger(numbers[at])) big.set(at, quotient);
  }
  return { digits: shape.digits, numbers, big: big.size === 0 ? null : big };
}

function total(terms: readonly Term[], at: number, digits: number): bigint | null {
  let sum = 0n;
  for (const { factor, values } of terms) {
    const value = exactAt(values, at);
    if (value === null) return null;
    sum += value * BigInt(factor) * 10n ** BigInt(digits - values.digits);
  }
  return sum;
}

/** The whole number nearest to `a / b`; of two equally near, the even one. */
export function divideToEven(a: bigint, b: bigint): bigint {
  const [above, below] = b < 0n ? [-a, -b] : [a, b];
  let floor = above / below;
  if (above % below < 0n) floor -= 1n;
  const twice = 2n * (above - floor * below);
  if (twice > below) return floor + 1n;
  if (twice < below) return floor;
  return floor % 2n === 0n ? floor : floor + 1n;
}
