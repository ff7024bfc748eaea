import { groupBy } from '../group-by.js';
import type { Measure } from '../catalogue/measure.js';
import type { MetricData, SeriesData } from '../store/metric-data.js';
import { Aggregator } from './aggregator.js';
import { type Buckets, bucketsOf, type Range } from './buckets.js';
import { groupingNames } from './grouping-names.js';
import { type MatchedGroup, matchGroups } from './match-groups.js';
import type { MetricsAnswer, ShownSeries } from './metrics-answer.js';
import { QueryTooLargeError } from './query.errors.js';
import type { QueryPlan } from './query-plan.js';
import { topGroups } from './top-groups.js';

/** As text some 40 MB; a browser and this process bear no more. */
const MAX_POINTS = 1_500_000;

/**
 * Pure: from the days that were read to the answer. Yields between series, see `inTurns`.
 *
 * @param compared the days of `plan.compared`; null where nothing is compared
 * @throws QueryTooLargeError
 */
export function* answerQuery(
  plan: QueryPlan,
  data: MetricData,
  compared: MetricData | null,
): Generator<void, MetricsAnswer> {
  const now = new ReadPeriod(plan, plan.range, data);
  const then =
    plan.compared === null || compared === null
      ? null
      : new ReadPeriod(plan, plan.compared, compared);
  const found = plan.measures.map((measure) => ({
    measure,
    groups: groupsOf(measure, plan, now, then),
  }));
  const series = found.reduce((sum, { groups }) => sum + groups.length, 0);
  const points = series * (now.buckets.days.length + (then?.buckets.days.length ?? 0));
  if (points > MAX_POINTS) throw new QueryTooLargeError(points, MAX_POINTS);
  const shown: ShownSeries[] = [];
  for (const { measure, groups } of found) {
    for (const group of groups) {
      shown.push(show(measure, group, plan, now, then));
      yield;
    }
  }
  return {
    plan,
    buckets: now.buckets,
    comparedBuckets: then?.buckets ?? null,
    series: shown,
  };
}

/** One range with what was read for it. */
class ReadPeriod {
  readonly buckets: Buckets;
  readonly aggregator: Aggregator;
  readonly #series: ReadonlyMap<string, SeriesData[]>;

  constructor(plan: QueryPlan, range: Range, data: MetricData) {
    this.buckets = bucketsOf(range, plan, data.from);
    this.aggregator = new Aggregator(data, this.buckets);
    this.#series = groupBy(
      data.series,
      ({ integrationId, metric }) => `${plan.integrations.get(integrationId)?.provider} ${metric}`,
    );
  }

  of({ provider, parts, definition }: Measure): { series: SeriesData[]; begin: number } {
    const series = parts.flatMap(({ key }) => this.#series.get(`${provider} ${key}`) ?? []);
    const isPlain = definition.aggregation.kind === 'sum' || definition.aggregation.kind === 'last';
    // A quotient and a month's own count may rest on days before the range.
    return { series, begin: isPlain ? (this.buckets.offsets[0] ?? 0) : 0 };
  }
}

function groupsOf(
  measure: Measure,
  plan: QueryPlan,
  now: ReadPeriod,
  then: ReadPeriod | null,
): MatchedGroup[] {
  const groups = matchGroups(measure, plan, now.of(measure), then?.of(measure) ?? null);
  const sorted = groups
    .map((group) => ({ group, name: JSON.stringify([group.currency, group.dimensions]) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))
    .map(({ group }) => group);
  if (plan.top === null) return sorted;
  return topGroups(
    sorted,
    plan.top,
    groupingNames(measure, plan),
    ({ members, integrationIds }) => ({
      values: now.aggregator.weights(measure, members, integrationIds),
      isState: measure.definition.aggregation.kind === 'last',
    }),
  );
}

function show(
  measure: Measure,
  group: MatchedGroup,
  plan: QueryPlan,
  now: ReadPeriod,
  then: ReadPeriod | null,
): ShownSeries {
  const { currency, dimensions, others, integrationIds, comparedMembers } = group;
  const zones = new Set(integrationIds.map((id) => plan.integrations.get(id)?.timeZone ?? null));
  const [zone = null] = zones;
  return {
    measure,
    currency,
    dimensions,
    others,
    timeZone: zones.size === 1 ? zone : null,
    provisionalFrom: now.aggregator.provisionalFrom(measure, integrationIds),
    values: now.aggregator.values(measure, group, integrationIds),
    compared:
      then?.aggregator.values(measure, { currency, members: comparedMembers }, integrationIds) ??
      null,
  };
}
