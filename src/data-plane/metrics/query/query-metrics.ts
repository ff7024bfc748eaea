import { Injectable } from '@nestjs/common';
import { MetricCatalogue } from '../catalogue/metric-catalogue.js';
import { MetricStore } from '../store/metric-store.js';
import { answerQuery } from './answer-query.js';
import { inTurns } from './in-turns.js';
import { IntegrationFacts } from './integration-facts.js';
import type { MetricsAnswer } from './metrics-answer.js';
import { type AskedQuery, planQuery } from './plan-query.js';
import { readRange } from './read-range.js';

/** Answers a question about the tenant's metrics. Throws what `planQuery` and `answerQuery` throw. */
@Injectable()
export class QueryMetrics {
  constructor(
    private readonly catalogue: MetricCatalogue,
    private readonly facts: IntegrationFacts,
    private readonly store: MetricStore,
  ) {}

  async execute(asked: AskedQuery): Promise<MetricsAnswer> {
    const plan = planQuery(asked, this.catalogue, await this.facts.all(), Date.now());
    const data = await this.store.read(readRange(plan, plan.range));
    // One after the other: both at once would take two of the tenant's few connections.
    const compared =
      plan.compared === null ? null : await this.store.read(readRange(plan, plan.compared));
    return inTurns(answerQuery(plan, data, compared));
  }
}
