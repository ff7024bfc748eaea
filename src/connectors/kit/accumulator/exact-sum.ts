import { MappingError } from '../provider-errors.js';

/** A whole number: a safe integer, or a bigint where it is none. */
export type Whole = number | bigint;

/** No sum of money or counts comes near; a provider that sends longer numbers is not counting. */
const BITS_MAX = 200;
const LONGEST = 1n << BigInt(BITS_MAX);

/** @throws MappingError where the value is no whole number, or one too large to be exact as a number */
export function wholeOf(value: Whole, metric: string): Whole {
  if (typeof value === 'bigint') {
    if (value > LONGEST || value < -LONGEST) throw new MappingError(`${metric}: a value too long`);
    return shortest(value);
  }
  if (!Number.isSafeInteger(value)) throw new MappingError(`${metric}: a value is no whole number`);
  // Minus zero is zero.
  return value === 0 ? 0 : value;
}

/** Exact whatever the size; numbers as long as they can hold it. */
export function sumOf(a: Whole, b: Whole): Whole {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return shortest(BigInt(a) + BigInt(b));
}

function shortest(value: bigint): Whole {
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
}
