import { addDays, type Day, earlierDay } from '../../../kernel/calendar.js';
import { type Measure, ratioTerms } from '../catalogue/measure.js';
import type { ReadMetrics } from '../store/metric-data.js';
import type { Range } from './buckets.js';
import { periodStart } from './periods.js';
import type { QueryPlan } from './query-plan.js';

/** What must be read of the store to answer for this range: here and there days before it as well. */
export function readRange(plan: QueryPlan, range: Range): ReadMetrics {
  return {
    metrics: [...new Set(plan.measures.flatMap(({ parts }) => parts.map(({ key }) => key)))],
    from: plan.measures
      .map((measure) => firstDay(measure, range, plan))
      .reduce(earlierDay, range.from),
    to: range.to,
    integrationIds: integrationsOf(plan),
  };
}

function integrationsOf({ integrations, measures }: QueryPlan): string[] {
  const providers = new Set(measures.map(({ provider }) => provider));
  return [...integrations].flatMap(([id, { provider }]) => (providers.has(provider) ? [id] : []));
}

function firstDay({ definition, parts }: Measure, { from }: Range, plan: QueryPlan): Day {
  if (ratioTerms(definition.aggregation).some(({ take }) => take === 'start')) {
    return addDays(from, -1);
  }
  const isByMonth = parts.some(
    ({ aggregation }) => 'per' in aggregation && aggregation.per === 'month',
  );
  // A month's own count lies on its first day, also where the range begins later.
  return isByMonth ? periodStart(from, plan.granularity, plan.weekStart) : from;
}
