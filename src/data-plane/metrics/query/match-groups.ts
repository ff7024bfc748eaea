import type { Measure } from '../catalogue/measure.js';
import type { SeriesData } from '../store/metric-data.js';
import { type Group, groupSeries } from './group-series.js';
import type { QueryPlan } from './query-plan.js';

/** A group with what it is compared with. */
export interface MatchedGroup extends Group {
  comparedMembers: Group['members'];
  /** Whose numbers are in it, in either period. */
  integrationIds: readonly string[];
  /** Where it is the rest beside a top: of how many groups. */
  others: number | null;
}

const NO_MEMBERS: Group['members'] = new Map();

/** The groups of one measure that have values in the range or in the one compared with. */
export function matchGroups(
  measure: Measure,
  plan: QueryPlan,
  now: { series: readonly SeriesData[]; begin: number },
  then: { series: readonly SeriesData[]; begin: number } | null,
): MatchedGroup[] {
  const shown = groupSeries(measure, plan, now.series, now.begin);
  const compared =
    then === null ? new Map<string, Group>() : groupSeries(measure, plan, then.series, then.begin);
  return [...new Set([...shown.keys(), ...compared.keys()])].flatMap((key) => {
    const group = shown.get(key) ?? compared.get(key);
    if (group === undefined) return [];
    return [
      matched({
        currency: group.currency,
        dimensions: group.dimensions,
        members: shown.get(key)?.members ?? NO_MEMBERS,
        comparedMembers: compared.get(key)?.members ?? NO_MEMBERS,
        others: null,
      }),
    ];
  });
}

/** All of them as one. */
export function mergeGroups(
  groups: readonly MatchedGroup[],
  dimensions: Group['dimensions'],
): MatchedGroup {
  return matched({
    currency: groups[0]?.currency ?? null,
    dimensions,
    members: mergeMembers(groups.map(({ members }) => members)),
    comparedMembers: mergeMembers(groups.map(({ comparedMembers }) => comparedMembers)),
    others: groups.length,
  });
}

function mergeMembers(all: readonly Group['members'][]): Group['members'] {
  const merged = new Map<string, SeriesData[]>();
  for (const members of all) {
    for (const [metric, series] of members) {
      const list = merged.get(metric);
      if (list === undefined) merged.set(metric, [...series]);
      else for (const one of series) list.push(one);
    }
  }
  return merged;
}

function matched(group: Omit<MatchedGroup, 'integrationIds'>): MatchedGroup {
  const ids = new Set<string>();
  for (const members of [group.members, group.comparedMembers]) {
    for (const series of members.values()) for (const one of series) ids.add(one.integrationId);
  }
  return { ...group, integrationIds: [...ids].toSorted() };
}
