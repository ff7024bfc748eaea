import { MappingError } from '../provider-errors.js';
import type { DeclaredMetric } from './declared-metrics.js';
import type { Whole } from './exact-sum.js';
import { Series } from './series.js';

/** The sums of a slice under way as JSON can hold them. Days are counted from the first of the slice. */
export interface SavedPoints {
  version: 1;
  series: SavedSeries[];
  withheld: Record<string, number>;
  crowdedOut: number;
}

/** Flat lists, because they are long: day, value, day, value. A bigint is text. */
interface SavedSeries {
  metric: string;
  currency: string | null;
  values: readonly (string | null)[];
  sums?: (number | string)[];
  /** day, numerator, denominator */
  fractions?: (number | string)[];
  /** day, then value and count by turns */
  tallies?: number[][];
}

export function savePoints(
  all: Iterable<Series>,
  withheld: ReadonlyMap<string, number>,
  crowdedOut: number,
): SavedPoints {
  return {
    version: 1,
    series: [...all].map(saveSeries),
    withheld: Object.fromEntries(withheld),
    crowdedOut,
  };
}

/** @throws MappingError where it was saved by another version, or for other metrics */
export function restorePoints(
  saved: unknown,
  metrics: ReadonlyMap<string, DeclaredMetric>,
): { series: Series[]; withheld: [string, number][]; crowdedOut: number } {
  const points = saved as SavedPoints | null;
  if (points?.version !== 1) throw doesNotFit();
  return {
    series: points.series.map((one) => restoreSeries(one, metrics)),
    withheld: Object.entries(points.withheld),
    crowdedOut: points.crowdedOut,
  };
}

function saveSeries({ metric, currency, values, ...kept }: Series): SavedSeries {
  const saved: SavedSeries = { metric: metric.key, currency, values };
  if (kept.sums.size > 0) saved.sums = [...kept.sums].flatMap(([at, sum]) => [at, written(sum)]);
  if (kept.fractions.size > 0) {
    saved.fractions = [...kept.fractions].flatMap(([at, { numerator, denominator }]) => [
      at,
      String(numerator),
      String(denominator),
    ]);
  }
  if (kept.tallies.size > 0) {
    saved.tallies = [...kept.tallies].map(([at, tally]) => [at, ...[...tally].flat()]);
  }
  return saved;
}

function restoreSeries(saved: SavedSeries, metrics: ReadonlyMap<string, DeclaredMetric>): Series {
  const definition = metrics.get(saved.metric)?.definition;
  if (definition === undefined || definition.dimensions.length !== saved.values.length) {
    throw doesNotFit();
  }
  const series = new Series(definition, saved.currency, saved.values);
  for (const [at, sum] of groups(saved.sums ?? [], 2)) series.sums.set(Number(at), read(sum));
  for (const [at, numerator, denominator] of groups(saved.fractions ?? [], 3)) {
    series.fractions.set(Number(at), {
      numerator: BigInt(numerator as string),
      denominator: BigInt(denominator as string),
    });
  }
  for (const [at = 0, ...pairs] of saved.tallies ?? []) {
    series.tallies.set(at, new Map(groups(pairs, 2) as [number, number][]));
  }
  return series;
}

function written(whole: Whole): number | string {
  return typeof whole === 'number' ? whole : String(whole);
}

function read(written: number | string | undefined): Whole {
  return typeof written === 'number' ? written : BigInt(written as string);
}

function groups<T>(flat: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < flat.length; at += size) result.push(flat.slice(at, at + size));
  return result;
}

function doesNotFit(): MappingError {
  return new MappingError('sums that were saved do not fit the connector as it is now');
}
