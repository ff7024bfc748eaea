import type { Dimensions } from '../../../connectors/kit/metric.js';
import { type Cut, isCut } from '../catalogue/breakdowns.js';
import type { Measure } from '../catalogue/measure.js';
import type { SeriesData } from '../store/metric-data.js';
import { currencyFinder } from './currency-of.js';
import { groupingNames } from './grouping-names.js';
import type { QueryPlan } from './query-plan.js';
import type { SeriesFilter } from './series-filter.js';

/** What is shown as one series, and what it is made of, by metric key. */
export interface Group {
  currency: string | null;
  /** Of what it was grouped by; a series whose points have no such dimension lacks it. */
  dimensions: Dimensions;
  members: ReadonlyMap<string, readonly SeriesData[]>;
}

type GrowingGroup = Omit<Group, 'members'> & { members: Map<string, SeriesData[]> };

/**
 * Puts one measure's series together: by currency always, by what was asked for, and what adds up over
 * nothing by everything that tells its points apart. Where the measure is in cuts, only series of the
 * one that was chosen count: each cut is the whole once more.
 *
 * @param series of the measure's provider and parts
 * @param begin index of the first day that counts: a series without a value from there on is left out
 */
export function groupSeries(
  measure: Measure,
  plan: QueryPlan,
  series: readonly SeriesData[],
  begin: number,
): Map<string, Group> {
  const names = groupingNames(measure, plan);
  const currencyOf = currencyFinder(measure, series);
  const isOfCut = cutTest(measure, plan.cuts.get(measure) ?? null);
  const passes = filterTest(measure, plan.filter);
  const groups = new Map<string, GrowingGroup>();
  for (const one of series) {
    if (!isOfCut(one)) continue;
    const currency = currencyOf(one);
    if (currency === undefined || !passes(one, currency) || !hasValues(one, begin)) continue;
    const dimensions = dimensionsOf(one, names);
    const key = JSON.stringify([currency, names.map((name) => dimensions[name] ?? null)]);
    let group = groups.get(key);
    if (group === undefined) {
      group = { currency, dimensions, members: new Map() };
      groups.set(key, group);
    }
    const members = group.members.get(one.metric);
    if (members === undefined) group.members.set(one.metric, [one]);
    else members.push(one);
  }
  return groups;
}

/** A series is of the cut whose names are its own. Of a part that is in no cuts every series is. */
function cutTest({ parts }: Measure, cut: Cut | null): (series: SeriesData) => boolean {
  if (cut === null) return () => true;
  const inCuts = new Set(parts.filter(isCut).map(({ key }) => key));
  return ({ metric, dimensions }) => !inCuts.has(metric) || hasNames(dimensions, cut);
}

function hasNames(dimensions: Dimensions, cut: Cut): boolean {
  for (const name of cut) if (dimensions[name] === undefined) return false;
  return Object.keys(dimensions).length === cut.length;
}

function filterTest(
  { definition }: Measure,
  filter: SeriesFilter,
): (series: SeriesData, currency: string | null) => boolean {
  // A metric that is told apart by currency and has none here is of none; others are of no currency at all.
  const missing = definition.dimensions.includes('currency') ? '' : undefined;
  return ({ dimensions }, currency) => {
    const code = currency ?? dimensions['currency'] ?? missing;
    if (code !== undefined && filter.currencies?.has(code) === false) return false;
    for (const [name, values] of filter.dimensions) {
      if (!values.has(dimensions[name] ?? '')) return false;
    }
    return true;
  };
}

function hasValues({ values }: SeriesData, begin: number): boolean {
  for (let at = begin; at < values.length; at += 1) {
    const value = values[at];
    // Only NaN differs from itself.
    if (value === value) return true;
  }
  return false;
}

function dimensionsOf(series: SeriesData, names: readonly string[]): Record<string, string> {
  const dimensions: Record<string, string> = {};
  for (const name of names) {
    const value = name === 'integration' ? series.integrationId : series.dimensions[name];
    if (value !== undefined) dimensions[name] = value;
  }
  return dimensions;
}
