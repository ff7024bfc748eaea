import type { Granularity, WeekStart } from '../catalogue/granularity.js';
import { addsUp, granularitiesOf, hasCurrency, type Measure } from '../catalogue/measure.js';
import type { MetricCatalogue } from '../catalogue/metric-catalogue.js';
import { chooseCut } from './choose-cut.js';
import { comparedRange, type Comparison } from './comparison.js';
import type { IntegrationFact } from './integration-facts.js';
import {
  DimensionUnknownError,
  GranularityNotOfferedError,
  MetricUnknownError,
  TopNotOfferedError,
} from './query.errors.js';
import type { QueryPlan } from './query-plan.js';
import { rangeOf } from './range.js';
import { readFilter, type SeriesFilter } from './series-filter.js';

/** A query as it was asked: well formed, not yet understood. */
export interface AskedQuery {
  metric: readonly string[];
  from?: string;
  to?: string;
  granularity: Granularity;
  weekStart: WeekStart;
  groupBy: readonly string[];
  filter: readonly string[];
  top?: number;
  compare?: Comparison;
}

/** Names that every series is told apart by anyway. */
const ALWAYS = new Set(['provider', 'currency']);

/**
 * Holds a query against what there is to measure.
 *
 * @throws MetricUnknownError | DimensionUnknownError | GranularityNotOfferedError | RangeInvalidError
 *   | RangeTooLongError | FilterInvalidError | TopNotOfferedError | BreakdownNotOfferedError
 */
export function planQuery(
  asked: AskedQuery,
  catalogue: MetricCatalogue,
  facts: readonly IntegrationFact[],
  nowMs: number,
): QueryPlan {
  const filter = readFilter(asked.filter);
  const scope = facts.filter(
    ({ id, provider }) =>
      (filter.providers?.has(provider) ?? true) && (filter.integrations?.has(id) ?? true),
  );
  const measures = [...new Set(asked.metric)].flatMap((key) =>
    measuresOf(key, catalogue, filter, scope),
  );
  const groupBy = [...new Set(asked.groupBy)];
  const top = asked.top ?? null;
  for (const measure of measures) {
    requireGranularity(measure, asked.granularity);
    requireDimensions(measure, groupBy, filter, measures);
    if (top !== null) requireTop(measure, groupBy);
  }
  const cuts = new Map(measures.map((measure) => [measure, chooseCut(measure, groupBy, filter)]));
  const range = rangeOf(asked, scope, nowMs);
  return {
    range,
    granularity: asked.granularity,
    weekStart: asked.weekStart,
    compared: asked.compare === undefined ? null : comparedRange(range, asked, asked.compare),
    measures,
    cuts,
    groupBy: groupBy.filter((name) => !isImplied(name, measures)),
    filter,
    top,
    integrations: new Map(scope.map((fact) => [fact.id, fact])),
  };
}

/** Of the providers that are connected where any is, so that others' dimensions stand in nobody's way. */
function measuresOf(
  key: string,
  catalogue: MetricCatalogue,
  filter: SeriesFilter,
  scope: readonly IntegrationFact[],
): readonly Measure[] {
  const allowed = catalogue
    .named(key)
    .filter(({ provider }) => filter.providers?.has(provider) ?? true);
  if (allowed.length === 0) throw new MetricUnknownError();
  const connected = allowed.filter((it) => scope.some(({ provider }) => provider === it.provider));
  return connected.length > 0 ? connected : allowed;
}

function requireGranularity(measure: Measure, granularity: Granularity): void {
  const offered = granularitiesOf(measure);
  if (!offered.includes(granularity)) {
    throw new GranularityNotOfferedError(nameOf(measure), offered);
  }
}

function requireDimensions(
  measure: Measure,
  groupBy: readonly string[],
  filter: SeriesFilter,
  measures: readonly Measure[],
): void {
  const { dimensions } = measure.definition;
  const known = [...dimensions, 'integration', 'provider', 'currency'];
  for (const name of groupBy) {
    if (!known.includes(name)) throw new DimensionUnknownError('groupBy', nameOf(measure), known);
  }
  for (const name of filter.dimensions.keys()) {
    if (!dimensions.includes(name)) {
      throw new DimensionUnknownError('filter', nameOf(measure), known);
    }
  }
  if (
    filter.currencies !== null &&
    !dimensions.includes('currency') &&
    !measures.some(hasCurrency)
  ) {
    throw new DimensionUnknownError('filter', nameOf(measure), [...dimensions, 'integration']);
  }
}

function requireTop(measure: Measure, groupBy: readonly string[]): void {
  if (groupBy.every((name) => isImplied(name, [measure]))) {
    throw new TopNotOfferedError('"top" chooses among groups: name a dimension in groupBy.');
  }
  if (!addsUp(measure)) {
    throw new TopNotOfferedError(
      `${nameOf(measure)} adds up over nothing, so there is no rest to show beside the top. Leave "top" out.`,
    );
  }
}

function isImplied(name: string, measures: readonly Measure[]): boolean {
  return (
    ALWAYS.has(name) && !measures.some(({ definition }) => definition.dimensions.includes(name))
  );
}

function nameOf({ provider, definition }: Measure): string {
  return `${definition.key} of ${provider}`;
}
