import { fraction, roundHalfEven } from '../../../kernel/fraction.js';
import { MappingError } from '../provider-errors.js';

/** How often each value came: as large as there are different values, however many there are. */
export type Tally = Map<number, number>;

/** Different values of one day and series. */
const VALUES_MAX = 50_000;

export function tallyValue(tally: Tally, value: number, metric: string, times = 1): void {
  const before = tally.get(value);
  if (before === undefined && tally.size >= VALUES_MAX) {
    throw new MappingError(`${metric}: too many different values for a median`);
  }
  tally.set(value, (before ?? 0) + times);
}

/** The middle value; between two, their mean, rounded half to even. */
export function medianOf(tally: Tally): number {
  const values = [...tally.keys()].sort((a, b) => a - b);
  let count = 0;
  for (const times of tally.values()) count += times;
  const low = valueAt(tally, values, Math.floor((count - 1) / 2));
  const high = valueAt(tally, values, Math.floor(count / 2));
  if (low === high) return low;
  return Number(roundHalfEven(fraction(BigInt(low) + BigInt(high), 2n)));
}

function valueAt(tally: Tally, sorted: readonly number[], index: number): number {
  let passed = 0;
  for (const value of sorted) {
    passed += tally.get(value) ?? 0;
    if (passed > index) return value;
  }
  return Number.NaN;
}
