import type { MetricCatalogue } from '../../../src/data-plane/metrics/catalogue/metric-catalogue.js';
import { answerQuery } from '../../../src/data-plane/metrics/query/answer-query.js';
import { inTurns } from '../../../src/data-plane/metrics/query/in-turns.js';
import { type AskedQuery, planQuery } from '../../../src/data-plane/metrics/query/plan-query.js';
import { readRange } from '../../../src/data-plane/metrics/query/read-range.js';
import { writeJson } from '../../../src/data-plane/metrics/query/write-json.js';
import type { Day } from '../../../src/kernel/calendar.js';
import { type Case, stored } from '../../data-plane/metrics-query/support/made-data.js';
import { keyOf, type Values } from '../whole/truth.js';

export type Question = Pick<AskedQuery, 'granularity' | 'from' | 'to'> & {
  metric: string;
  groupBy: readonly string[];
  filter?: readonly string[];
};

interface Answer {
  from: Day;
  to: Day;
  /** Without those that are nothing. */
  values: Values;
}

/** The product's whole way from a question to the text of its answer, over what is given instead of the store. */
export async function answered(
  catalogue: MetricCatalogue,
  made: Case,
  nowMs: number,
  { metric, ...question }: Question,
): Promise<Answer> {
  const asked: AskedQuery = { weekStart: 'monday', filter: [], ...question, metric: [metric] };
  const plan = planQuery(asked, catalogue, made.integrations ?? [], nowMs);
  const answer = await inTurns(answerQuery(plan, stored(made, readRange(plan, plan.range)), null));
  const text = (await inTurns(writeJson(answer))).toString();
  const { from, to, series } = JSON.parse(text) as {
    from: Day;
    to: Day;
    series: {
      currency?: string;
      dimensions: Record<string, string>;
      points: [Day, number | null][];
    }[];
  };
  const values = new Map<string, number>();
  for (const { currency, dimensions, points } of series) {
    for (const [day, value] of points) {
      if (value !== null && value !== 0) values.set(keyOf(day, currency, dimensions), value);
    }
  }
  return { from, to, values };
}
