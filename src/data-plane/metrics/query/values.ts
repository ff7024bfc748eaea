import { decimalText } from './decimal-text.js';

/** Beyond this a float no longer holds every whole number. */
export const EXACT_BELOW = 2 ** 53;

/** One value a period, whole numbers at `digits`; NaN where there is none. */
export interface Values {
  digits: number;
  numbers: Float64Array;
  /** The values that a float cannot hold, by period; they win. Null where there are none. */
  big: ReadonlyMap<number, bigint> | null;
}

/** The exact value, null where there is none. */
export function exactAt({ numbers, big }: Values, at: number): bigint | null {
  const known = big?.get(at);
  if (known !== undefined) return known;
  const value = numbers[at] ?? Number.NaN;
  return Number.isNaN(value) ? null : BigInt(value);
}

/** As JSON and CSV have it; null where there is none. */
export function textAt({ numbers, digits, big }: Values, at: number): string | null {
  const known = big?.get(at);
  if (known !== undefined) return decimalText(known, digits);
  const value = numbers[at] ?? Number.NaN;
  return Number.isNaN(value) ? null : decimalText(value, digits);
}
