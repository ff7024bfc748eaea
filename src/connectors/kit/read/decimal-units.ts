import { BrokenPageError } from '../provider-errors.js';

/** Long enough for any amount of money there is. No exponents: `1e400` would be zeros without end. */
const DECIMAL = /^([+-]?)(\d{1,30})(?:\.(\d{1,100}))?$/;

/**
 * A decimal number in text as a whole number of units at `digits` after the point, exactly:
 * `decimalUnits('1000.5', 2)` is 100050. Digits beyond are rounded half to even.
 *
 * @param place for the error: which value it is
 * @throws BrokenPageError for what is no decimal number, or too large to be exact (2^53)
 */
export function decimalUnits(text: string, digits: number, place = 'the value'): number {
  const [, sign, before, after = ''] = DECIMAL.exec(text) ?? [];
  if (before === undefined) throw new BrokenPageError(`${place} is a decimal number`);
  const kept = BigInt(before + after.slice(0, digits).padEnd(digits, '0'));
  const units = Number(kept + roundUp(kept, after.slice(digits)));
  if (!Number.isSafeInteger(units)) throw new BrokenPageError(`${place} is below 2^53 units`);
  return sign === '-' && units !== 0 ? -units : units;
}

function roundUp(kept: bigint, rest: string): bigint {
  const half = `5${'0'.repeat(Math.max(0, rest.length - 1))}`;
  if (rest === '' || rest < half) return 0n;
  return rest > half ? 1n : kept % 2n;
}
