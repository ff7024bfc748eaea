import type { MetricsAnswer } from './metrics-answer.js';

/** Which period over there belongs to each period here, by index; -1 where none does. */
export interface Alignment {
  counterparts: Int32Array;
  /** Periods over there that belong to none here: the 31st, where this month has 28 days. */
  unmatched: readonly number[];
}

export function alignmentOf({ plan, buckets, comparedBuckets }: MetricsAnswer): Alignment | null {
  const { compared } = plan;
  if (compared === null || comparedBuckets === null) return null;
  const indexes = new Map(comparedBuckets.days.map((day, index) => [day, index]));
  const counterparts = Int32Array.from(buckets.days, (day) => {
    const other = compared.counterpart(day);
    return other === null ? -1 : (indexes.get(other) ?? -1);
  });
  const met = new Set(counterparts);
  return {
    counterparts,
    unmatched: comparedBuckets.days.flatMap((_, index) => (met.has(index) ? [] : [index])),
  };
}
