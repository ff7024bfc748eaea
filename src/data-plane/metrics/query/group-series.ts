import type { Dimensions } from '../../../connectors/kit/metric.js';
import { addsUp, type Measure } from '../catalogue/measure.js';
import type { SeriesData } from '../store/metric-data.js';
import { currencyFinder } from './currency-of.js';
import type { QueryPlan } from './query-plan.js';

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
 * nothing by everything that tells its points apart.
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
  const groups = new Map<string, GrowingGroup>();
  for (const one of series) {
    const currency = currencyOf(one);
    if (currency === undefined || !passes(one, currency, plan) || !hasValues(one, begin)) continue;
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

function groupingNames(measure: Measure, plan: QueryPlan): readonly string[] {
  if (addsUp(measure)) return plan.groupBy;
  const names = new Set([...plan.groupBy, ...measure.definition.dimensions]);
  const accounts = [...plan.integrations.values()].filter(
    ({ provider }) => provider === measure.provider,
  );
  if (accounts.length > 1) names.add('integration');
  return [...names];
}

function passes(
  { dimensions }: SeriesData,
  currency: string | null,
  { filter }: QueryPlan,
): boolean {
  const code = currency ?? dimensions['currency'];
  if (code !== undefined && filter.currencies?.has(code) === false) return false;
  for (const [name, values] of filter.dimensions) {
    if (!values.has(dimensions[name] ?? '')) return false;
  }
  return true;
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
