import type { Aggregation, MetricDefinition, RatioTerm } from '../../../connectors/kit/metric.js';
import { GRANULARITIES, type Granularity } from './granularity.js';

/**
 * One provider's metric. Two providers may use one key (refunds of a payment service and of a shop):
 * these stay two measures, and nothing is ever summed over them.
 */
export interface Measure {
  provider: string;
  definition: MetricDefinition;
  /** The stored metrics that it is made of: of a ratio its parts, otherwise itself. */
  parts: readonly MetricDefinition[];
}

export function ratioTerms(aggregation: Aggregation): readonly RatioTerm[] {
  return aggregation.kind === 'ratio' ? [...aggregation.numerator, ...aggregation.denominator] : [];
}

/** What it can be asked for by. What adds up over nothing: only as the provider counted it. */
export function granularitiesOf(measure: Measure): readonly Granularity[] {
  return GRANULARITIES.filter((granularity) =>
    measure.parts.every(({ aggregation }) => offers(aggregation, granularity)),
  );
}

/** Whether its values add up over days and dimensions, so that they can be merged. */
export function addsUp(measure: Measure): boolean {
  return measure.parts.every(({ aggregation: { kind } }) => kind === 'sum' || kind === 'last');
}

/** Whether its series are told apart by currency. */
export function hasCurrency(measure: Measure): boolean {
  return measure.parts.some(({ unit }) => unit === 'money');
}

/** Windows of days lie on their last day, so they are served by the day as well. */
function offers(aggregation: Aggregation, granularity: Granularity): boolean {
  if (aggregation.kind !== 'unique' && aggregation.kind !== 'median') return true;
  return granularity === (aggregation.per === 'month' ? 'month' : 'day');
}
