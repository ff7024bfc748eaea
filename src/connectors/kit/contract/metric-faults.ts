import type { MetricDefinition, RatioTerm } from '../metric.js';
import { breakdownFaults } from './breakdown-faults.js';

const KEY = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;
const DIMENSION = /^[a-z][a-z0-9_]*$/;

/** Names that every series has anyway. */
const TAKEN = new Set(['provider', 'integration', 'metric', 'day']);

/** What is wrong with the measures a connector declares. */
export function metricFaults(metrics: readonly MetricDefinition[]): readonly string[] {
  const known = new Map(metrics.map((metric) => [metric.key, metric]));
  const faults = metrics.length === 0 ? ['There are no metrics.'] : [];
  if (known.size < metrics.length) faults.push('Two metrics have one key.');
  for (const metric of metrics) {
    const found = [
      ...ownFaults(metric),
      ...breakdownFaults(metric, known),
      ...ratioFaults(metric, known),
    ];
    for (const fault of found) faults.push(`The metric ${metric.key} ${fault}.`);
  }
  return faults;
}

function ownFaults(metric: MetricDefinition): string[] {
  const faults: string[] = [];
  if (!KEY.test(metric.key)) faults.push('must be named like "orders.count"');
  if (metric.title.trim() === '') faults.push('has no title');
  if (metric.description.trim() === '') faults.push('has no description');
  for (const dimension of metric.dimensions) {
    if (!DIMENSION.test(dimension)) faults.push(`has a dimension that is no name: ${dimension}`);
    if (TAKEN.has(dimension)) faults.push(`declares "${dimension}", which every series has`);
    if (dimension === 'currency' && metric.unit === 'money') {
      faults.push('declares "currency", which every series of money has');
    }
  }
  if (new Set(metric.dimensions).size < metric.dimensions.length) {
    faults.push('has one dimension twice');
  }
  const { decimals } = metric;
  if (decimals !== undefined && !(Number.isInteger(decimals) && decimals >= 0 && decimals <= 9)) {
    faults.push('keeps from 0 to 9 digits after the point');
  }
  return faults;
}

function ratioFaults(
  metric: MetricDefinition,
  known: ReadonlyMap<string, MetricDefinition>,
): string[] {
  const { aggregation } = metric;
  if (aggregation.kind !== 'ratio') return [];
  const terms: RatioTerm[] = [...aggregation.numerator, ...aggregation.denominator];
  if (aggregation.numerator.length === 0 || aggregation.denominator.length === 0) {
    return ['needs a numerator and a denominator'];
  }
  return terms.flatMap(({ metric: key, take }) => {
    const part = known.get(key);
    if (part === undefined) return [`is made of ${key}, which is not declared`];
    if (part.aggregation.kind === 'ratio') return [`is made of another ratio, ${key}`];
    if (take === 'start' && part.aggregation.kind !== 'last') {
      return [`takes ${key} at the start of a period, and that is no state`];
    }
    const lacking = metric.dimensions.filter((name) => !part.dimensions.includes(name));
    return lacking.length === 0
      ? []
      : [`has the dimension ${lacking.join(', ')}, which ${key} lacks`];
  });
}
