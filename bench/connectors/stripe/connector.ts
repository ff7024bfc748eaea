import { connector as real } from '../../../src/connectors/stripe/connector.js';
import type { Connector } from '../../../src/connectors/kit/connector.js';
import type { MetricDefinition } from '../../../src/connectors/kit/metric.js';
import { THOUSAND_SERIES } from '../../support/metric-fixture.js';

/** In place of the real one while queries are measured: it declares what the fixture stores. */
export const connector: Connector = {
  ...real,
  metrics: Array.from({ length: THOUSAND_SERIES.metrics }, (_, index) => definitionOf(index)),
};

function definitionOf(index: number): MetricDefinition {
  const isMoney = index % 2 === 0;
  const key = isMoney ? `payments.amount_${index}` : `payments.count_${index}`;
  return {
    key,
    title: key,
    description: key,
    unit: isMoney ? 'money' : 'count',
    dimensions: ['country', 'plan'],
    aggregation: { kind: 'sum' },
  };
}
