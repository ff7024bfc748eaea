import { addsUp, hasCurrency, type Measure } from '../catalogue/measure.js';
import type { QueryPlan } from './query-plan.js';

/** What one measure's groups are told apart by, beside their currency. */
export function groupingNames(measure: Measure, plan: QueryPlan): readonly string[] {
  const names = new Set(plan.groupBy);
  if (!addsUp(measure)) {
    for (const name of measure.definition.dimensions) names.add(name);
    const accounts = [...plan.integrations.values()].filter(
      ({ provider }) => provider === measure.provider,
    );
    if (accounts.length > 1) names.add('integration');
  }
  // A count beside money has the money's currency: once as a dimension too, and quotients would fall apart.
  if (hasCurrency(measure)) names.delete('currency');
  return [...names];
}
