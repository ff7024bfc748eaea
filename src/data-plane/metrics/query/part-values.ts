import { scaleTo, type Scaled } from './scaled.js';
import type { SeriesData } from '../store/metric-data.js';
import type { Buckets } from './buckets.js';
import { EXACT_BELOW, type Values } from './values.js';

/** Sums of the series over the days of each period; 0 where a known period has none. */
export function sumValues(
  series: readonly SeriesData[],
  { offsets }: Pick<Buckets, 'offsets'>,
  known: Uint8Array,
): Values {
  const { members, digits } = scaleTo(series);
  const numbers = new Float64Array(known.length);
  // While the sum of sizes is below 2^53, no sum on the way was rounded.
  const sizes = new Float64Array(known.length);
  for (const { values, factor } of members) {
    for (let at = 0; at < known.length; at += 1) {
      const end = offsets[at + 1] as number;
      let sum = 0;
      let size = 0;
      for (let day = offsets[at] as number; day < end; day += 1) {
        const value = (values[day] as number) * factor;
        if (value !== value) continue;
        sum += value;
        size += value < 0 ? -value : value;
      }
      numbers[at] = (numbers[at] as number) + sum;
      sizes[at] = (sizes[at] as number) + size;
    }
  }
  const big = new Map<number, bigint>();
  for (let at = 0; at < known.length; at += 1) {
    if (known[at] === 0) numbers[at] = Number.NaN;
    else if ((sizes[at] as number) >= EXACT_BELOW) {
      big.set(at, exactSum(members, offsets[at] as number, offsets[at + 1] as number));
    }
  }
  return { digits, numbers, big: big.size === 0 ? null : big };
}

/**
 * The state at one day of each period, summed over the series; NaN where none has a value then.
 *
 * @param dayOf the index of the day to take, for an account and a period; below 0 where there is none
 */
export function stateValues(
  series: readonly SeriesData[],
  periods: number,
  dayOf: (integrationId: string) => Int32Array,
): Values {
  const { members, digits } = scaleTo(series);
  const numbers = new Float64Array(periods).fill(Number.NaN);
  const sizes = new Float64Array(periods);
  const taken = members.map((member) => ({ ...member, days: dayOf(member.integrationId) }));
  for (const { values, factor, days } of taken) {
    for (let at = 0; at < periods; at += 1) {
      const value = (values[days[at] as number] ?? Number.NaN) * factor;
      if (value !== value) continue;
      const before = numbers[at] as number;
      numbers[at] = before === before ? before + value : value;
      sizes[at] = (sizes[at] as number) + Math.abs(value);
    }
  }
  const big = new Map<number, bigint>();
  for (let at = 0; at < periods; at += 1) {
    if ((sizes[at] as number) < EXACT_BELOW) continue;
    const exact = taken.map((it) => {
      const day = it.days[at] as number;
      return exactSum([it], day, day + 1);
    });
    big.set(
      at,
      exact.reduce((a, b) => a + b, 0n),
    );
  }
  return { digits, numbers, big: big.size === 0 ? null : big };
}

/**
 * Values that add up over nothing, as they lie on one day of each period. Where several series meet,
 * there is no value: adding them up would be wrong.
 */
export function soleValues(series: readonly SeriesData[], days: Int32Array): Values {
  const numbers = new Float64Array(days.length).fill(Number.NaN);
  const [sole] = series;
  if (sole === undefined || series.length > 1) return { digits: 0, numbers, big: null };
  days.forEach((day, at) => {
    numbers[at] = sole.values[day] ?? Number.NaN;
  });
  return { digits: sole.digits, numbers, big: null };
}

function exactSum(members: readonly Scaled[], begin: number, end: number): bigint {
  let sum = 0n;
  for (const { values, factor } of members) {
    for (let day = Math.max(begin, 0); day < end; day += 1) {
      const value = values[day] ?? Number.NaN;
      if (!Number.isNaN(value)) sum += BigInt(value) * BigInt(factor);
    }
  }
  return sum;
}
