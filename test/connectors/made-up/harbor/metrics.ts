import type { MetricDefinition } from '../../../../src/connectors/kit/metric.js';

/** Harbor counts deliveries by carrier, and by where they went and how; it does not cross the two. */
const CUTS = {
  dimensions: ['carrier', 'country', 'service'],
  breakdowns: [['carrier'], ['country', 'service']],
} as const;

export const metrics: readonly MetricDefinition[] = [
  {
    key: 'parcels.handed',
    title: 'Parcels handed in',
    description: 'Parcels, on the day on which the depot took them.',
    unit: 'count',
    dimensions: ['service'],
    aggregation: { kind: 'sum' },
  },
  {
    key: 'parcels.fees',
    title: 'Fees',
    description: 'What was charged for parcels, on the day on which the depot took them.',
    unit: 'money',
    dimensions: ['service'],
    aggregation: { kind: 'sum' },
  },
  {
    key: 'parcels.waiting',
    title: 'Parcels waiting',
    description: 'Parcels on the shelf at the end of the day.',
    unit: 'count',
    dimensions: ['size'],
    aggregation: { kind: 'last' },
  },
  {
    key: 'deliveries.count',
    title: 'Deliveries',
    description: 'Parcels, on the day on which they reached whom they were for.',
    unit: 'count',
    ...CUTS,
    aggregation: { kind: 'sum' },
  },
  {
    key: 'deliveries.late',
    title: 'Late deliveries',
    description: 'Deliveries after the day that was promised.',
    unit: 'count',
    ...CUTS,
    aggregation: { kind: 'sum' },
  },
  {
    key: 'deliveries.late_share',
    title: 'Share of late deliveries',
    description: 'Late deliveries among all.',
    unit: 'percent',
    ...CUTS,
    aggregation: {
      kind: 'ratio',
      numerator: [{ metric: 'deliveries.late', factor: 1 }],
      denominator: [{ metric: 'deliveries.count', factor: 1 }],
    },
  },
  {
    key: 'claims.opened',
    title: 'Claims',
    description: 'Claims for lost and broken parcels, on the day on which they were made.',
    unit: 'count',
    dimensions: ['tariff'],
    aggregation: { kind: 'sum' },
  },
  {
    key: 'claims.paid',
    title: 'Paid for claims',
    description: 'What was paid for claims, on the day on which it was paid.',
    unit: 'money',
    dimensions: ['tariff'],
    aggregation: { kind: 'sum' },
  },
];
