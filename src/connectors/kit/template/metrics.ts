import type { MetricDefinition } from '../metric.js';

/** TODO: one entry a measure. Ratios name their parts and come from no stream. */
export const metrics: readonly MetricDefinition[] = [
  {
    key: 'things.count',
    title: 'TODO',
    description: 'TODO: what is counted, and on which day.',
    unit: 'count',
    dimensions: ['kind'],
    aggregation: { kind: 'sum' },
  },
];
