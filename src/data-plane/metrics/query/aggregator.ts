import type { MetricDefinition, RatioTerm } from '../../../connectors/kit/metric.js';
import { addDays, type Day } from '../../../kernel/calendar.js';
import type { Measure } from '../catalogue/measure.js';
import { shownDigits } from '../catalogue/shown-digits.js';
import type { MetricData } from '../store/metric-data.js';
import type { Buckets } from './buckets.js';
import { CoverageIndex } from './coverage-index.js';
import type { Group } from './group-series.js';
import { soleValues, stateValues, sumValues } from './part-values.js';
import { ratioValues, type Term } from './ratio-values.js';
import type { Values } from './values.js';

type Members = Group['members'];

/** Makes the values of groups from the days that one read of the store gave. */
export class Aggregator {
  readonly #coverage: CoverageIndex;
  readonly #dayBefore: Int32Array;

  constructor(
    private readonly data: MetricData,
    readonly buckets: Buckets,
  ) {
    this.#coverage = new CoverageIndex(data.coverage, buckets);
    this.#dayBefore = buckets.offsets.slice(0, -1).map((offset) => offset - 1);
  }

  /** @param integrationIds the accounts the group is of: they say which of its periods are known */
  values(
    measure: Measure,
    group: Pick<Group, 'currency' | 'members'>,
    integrationIds: readonly string[],
  ): Values {
    const { aggregation, unit } = measure.definition;
    if (aggregation.kind !== 'ratio') {
      return this.#part(measure.definition, group.members, integrationIds);
    }
    const terms = (list: readonly RatioTerm[]) =>
      list.map((term) => this.#term(term, measure, group.members, integrationIds));
    return ratioValues(terms(aggregation.numerator), terms(aggregation.denominator), {
      periods: this.buckets.days.length,
      digits: shownDigits(measure, group.currency),
      times: unit === 'percent' ? 100 : 1,
    });
  }

  /** What a quotient is divided by: how much it weighs among others. */
  weights(measure: Measure, members: Members, integrationIds: readonly string[]): Values {
    const { aggregation } = measure.definition;
    const [term] = aggregation.kind === 'ratio' ? aggregation.denominator : [];
    if (term === undefined) return this.#part(measure.definition, members, integrationIds);
    return this.#term(term, measure, members, integrationIds).values;
  }

  /** The first day of the range that may still change; null where none may. */
  provisionalFrom(measure: Measure, integrationIds: readonly string[]): Day | null {
    let first = -1;
    for (const { key } of measure.parts) {
      for (const id of integrationIds) {
        const day = this.#coverage.firstProvisional(id, key);
        if (day >= 0 && (first < 0 || day < first)) first = day;
      }
    }
    return first < 0 ? null : addDays(this.data.from, first);
  }

  #term(
    { metric, factor, take }: RatioTerm,
    { parts }: Measure,
    members: Members,
    integrationIds: readonly string[],
  ): Term {
    const definition = parts.find(({ key }) => key === metric);
    if (definition === undefined) throw new Error(`The part ${metric} is not declared.`);
    if (take !== 'start') {
      return { factor, values: this.#part(definition, members, integrationIds) };
    }
    const before = (id: string) =>
      this.#dayBefore.map((day) => (this.#coverage.isKnown(id, metric, day) ? day : -1));
    const series = members.get(metric) ?? [];
    return { factor, values: stateValues(series, this.buckets.days.length, before) };
  }

  #part(
    { key, aggregation: { kind } }: MetricDefinition,
    members: Members,
    integrationIds: readonly string[],
  ): Values {
    const series = members.get(key) ?? [];
    switch (kind) {
      case 'sum':
        return sumValues(series, this.buckets, this.#coverage.knownBuckets(integrationIds, key));
      case 'last':
        return stateValues(series, this.buckets.days.length, (id) =>
          this.#coverage.lastKnown(id, key),
        );
      default:
        return soleValues(series, this.buckets.starts);
    }
  }
}
