import type { TruthRow } from '../core/provider-module.js';

interface Sum {
  metric: string;
  currency?: string;
  dimensions: Readonly<Record<string, string>>;
  day: string;
  total: number;
}

/** Whole numbers added up by series and day. */
export class Tally {
  readonly #sums = new Map<string, Sum>();

  add(
    metric: string,
    day: string,
    amount: number,
    series: { currency?: string; dimensions?: Readonly<Record<string, string>> } = {},
  ): void {
    const dimensions = series.dimensions ?? {};
    const key = `${metric}|${day}|${series.currency ?? ''}|${Object.entries(dimensions).flat().join('|')}`;
    const known = this.#sums.get(key);
    if (known !== undefined) {
      known.total += amount;
      return;
    }
    const sum: Sum = { metric, dimensions, day, total: amount };
    if (series.currency !== undefined) sum.currency = series.currency;
    this.#sums.set(key, sum);
  }

  /** The sum of all series of a metric on a day. */
  total(metric: string, day: string, currency?: string): number {
    let total = 0;
    for (const sum of this.#sums.values()) {
      if (sum.metric !== metric || sum.day !== day) continue;
      if (currency === undefined || sum.currency === currency) total += sum.total;
    }
    return total;
  }

  all(): readonly Sum[] {
    return [...this.#sums.values()];
  }

  /** @param textOf the value as decimal text */
  rows(textOf: (sum: Sum) => string): TruthRow[] {
    return this.all().map((sum) => {
      const { metric, currency, dimensions, day } = sum;
      return {
        metric,
        ...(currency === undefined ? {} : { currency: currency.toUpperCase() }),
        dimensions,
        day,
        value: textOf(sum),
      };
    });
  }
}

/** Ratios by day (and currency): 100 times one sum over another, to six digits, with both parts beside. */
export function ratioRows(
  tally: Tally,
  ratio: { metric: string; over: string; under: string },
): TruthRow[] {
  const parts = new Map<string, { day: string; currency?: string; over: number; under: number }>();
  for (const sum of tally.all()) {
    if (sum.metric !== ratio.over && sum.metric !== ratio.under) continue;
    const key = `${sum.day}|${sum.currency ?? ''}`;
    const part = parts.get(key) ?? { day: sum.day, over: 0, under: 0 };
    if (sum.currency !== undefined) part.currency = sum.currency;
    part[sum.metric === ratio.over ? 'over' : 'under'] += sum.total;
    parts.set(key, part);
  }
  return [...parts.values()]
    .filter(({ under }) => under !== 0)
    .map(({ day, currency, over, under }) => ({
      metric: ratio.metric,
      ...(currency === undefined ? {} : { currency: currency.toUpperCase() }),
      dimensions: {},
      day,
      value: ((100 * over) / under).toFixed(6),
      parts: { over, under },
    }));
}
