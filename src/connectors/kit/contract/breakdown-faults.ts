import type { MetricDefinition } from '../metric.js';

/** What is wrong with the ways in which a whole is cut, where they cannot be crossed. */
export function breakdownFaults(
  metric: MetricDefinition,
  known: ReadonlyMap<string, MetricDefinition>,
): readonly string[] {
  return [...ownFaults(metric), ...partFaults(metric, known)];
}

function ownFaults({ dimensions, breakdowns, aggregation }: MetricDefinition): string[] {
  if (breakdowns === undefined) return [];
  const faults: string[] = [];
  if (breakdowns.length === 0) faults.push('has no breakdowns: leave the word out');
  const cuts = new Set(breakdowns.map((cut) => [...cut].sort().join()));
  if (cuts.size < breakdowns.length) faults.push('has one breakdown twice');
  if (breakdowns.some((cut) => cut.length === 0)) faults.push('has a breakdown by nothing');
  const named = new Set(breakdowns.flat());
  for (const name of named) {
    if (!dimensions.includes(name)) {
      faults.push(`has a breakdown by "${name}": add it to its dimensions`);
    }
  }
  for (const name of dimensions) {
    if (!named.has(name)) faults.push(`has no breakdown by its dimension "${name}"`);
  }
  if (aggregation.kind === 'unique' || aggregation.kind === 'median') {
    faults.push(`is a ${aggregation.kind} and adds up in no breakdown: make each a metric`);
  }
  return faults;
}

/** A share of what is cut one way by what is cut another would be a share of nothing. */
function partFaults(
  { aggregation, breakdowns }: MetricDefinition,
  known: ReadonlyMap<string, MetricDefinition>,
): string[] {
  if (aggregation.kind !== 'ratio' || breakdowns === undefined) return [];
  const keys = [...aggregation.numerator, ...aggregation.denominator].map(({ metric }) => metric);
  return [...new Set(keys)].flatMap((key) => {
    const has = new Set((known.get(key)?.breakdowns ?? []).map((cut) => [...cut].sort().join()));
    return breakdowns
      .filter((cut) => !has.has([...cut].sort().join()))
      .map((cut) => `has the breakdown ${cut.join(' and ')}, which ${key} lacks`);
  });
}
