import { connector as stripe } from '../../../../src/connectors/stripe/connector.js';
import type { MetricDefinition } from '../../../../src/connectors/kit/metric.js';
import { Providers } from '../../../../src/connectors/providers.js';
import { MetricCatalogue } from '../../../../src/data-plane/metrics/catalogue/metric-catalogue.js';
import { answerQuery } from '../../../../src/data-plane/metrics/query/answer-query.js';
import type { IntegrationFact } from '../../../../src/data-plane/metrics/query/integration-facts.js';
import type { MetricsAnswer } from '../../../../src/data-plane/metrics/query/metrics-answer.js';
import { type AskedQuery, planQuery } from '../../../../src/data-plane/metrics/query/plan-query.js';
import { readRange } from '../../../../src/data-plane/metrics/query/read-range.js';
import { writeCsv } from '../../../../src/data-plane/metrics/query/write-csv.js';
import { writeJson } from '../../../../src/data-plane/metrics/query/write-json.js';
import type {
  MetricData,
  ReadMetrics,
} from '../../../../src/data-plane/metrics/store/metric-data.js';
import { addDays, type Day, dayNumber } from '../../../../src/kernel/calendar.js';

/** What is stored of one series. */
export interface MadeSeries {
  integration?: string;
  metric: string;
  currency?: string;
  dimensions?: Record<string, string>;
  digits?: number;
  points: Record<Day, number>;
}

/** Days of an integration's metrics that were read. All days where a case has none. */
export interface MadeCoverage {
  integration?: string;
  metric?: string;
  from: Day;
  to: Day;
  provisionalFrom?: Day;
}

export interface Case {
  series: readonly MadeSeries[];
  known?: readonly MadeCoverage[];
  integrations?: readonly IntegrationFact[];
  now?: Day;
}

export const ACCOUNT: IntegrationFact = {
  id: 'int_one',
  provider: 'stripe',
  timeZone: 'Europe/Berlin',
};

/** Measures of kinds that the payment service has none of. */
export const VISITS: readonly MetricDefinition[] = [
  measure('web.users_day', 'count', { kind: 'unique', per: 'day' }),
  measure('web.users_month', 'count', { kind: 'unique', per: 'month' }),
  measure('web.users_7d', 'count', { kind: 'unique', per: '7d' }),
  measure('deals.days', 'days', { kind: 'median', per: 'month' }, ['pipeline']),
  measure('refunds.amount', 'money', { kind: 'sum' }, ['gateway']),
  measure('orders.count', 'count', { kind: 'sum' }),
  measure('orders.value', 'money', {
    kind: 'ratio',
    numerator: [{ metric: 'refunds.amount', factor: 1 }],
    denominator: [{ metric: 'orders.count', factor: 1 }],
  }),
  measure('sessions', 'count', { kind: 'sum' }, ['channel']),
  measure('sessions.engaged', 'count', { kind: 'sum' }, ['channel']),
  measure(
    'sessions.bounced',
    'ratio',
    {
      kind: 'ratio',
      numerator: [
        { metric: 'sessions', factor: 1 },
        { metric: 'sessions.engaged', factor: -1 },
      ],
      denominator: [{ metric: 'sessions', factor: 1 }],
    },
    ['channel'],
  ),
  inCuts('site.visits', [['channel'], ['country', 'device'], ['page', 'country']]),
  inCuts('site.engaged', [['page', 'country'], ['device', 'country'], ['channel']]),
  measure('site.mailed', 'count', { kind: 'sum' }, ['channel']),
  measure('site.paid', 'count', { kind: 'sum' }, ['plan']),
  inCuts('site.people', [[], ['country', 'device']], { kind: 'unique', per: 'day' }),
  { ...inCuts('site.revenue', [['channel'], ['page', 'country']]), unit: 'money' },
  quotient('site.engagement', 'site.engaged', 'site.visits', ['channel', 'country', 'device']),
  quotient('site.mail_share', 'site.mailed', 'site.visits', ['channel']),
  quotient('site.paid_share', 'site.paid', 'site.visits', []),
  quotient('site.revenue_per_visit', 'site.revenue', 'site.visits', ['channel', 'page', 'country']),
  inCuts('site.orders', [['channel'], ['currency', 'plan']]),
  quotient('site.visits_per_revenue', 'site.visits', 'site.revenue', ['channel', 'page', 'device']),
  measure('tickets.count', 'count', { kind: 'sum' }, ['currency', 'kind']),
  quotient('tickets.value', 'refunds.amount', 'tickets.count', []),
];

export const catalogue = new MetricCatalogue(
  new Providers(
    new Map([
      ['stripe', stripe],
      ['visits', { ...stripe, metrics: VISITS }],
    ]),
    new Map(),
  ),
);

type Question = Partial<Omit<AskedQuery, 'metric'>> & { metric: string | string[] };

/** The answer in its inner form. @throws what planning and answering throw */
export function ask(made: Case, question: Question): MetricsAnswer {
  const asked: AskedQuery = {
    granularity: 'day',
    weekStart: 'monday',
    groupBy: [],
    filter: [],
    ...question,
    metric: [question.metric].flat(),
  };
  const facts = made.integrations ?? [ACCOUNT];
  const nowMs = Date.parse(`${made.now ?? '2026-03-31'}T12:00:00Z`);
  const plan = planQuery(asked, catalogue, facts, nowMs);
  const read = (range: { from: Day; to: Day }) => stored(made, readRange(plan, range));
  return atOnce(
    answerQuery(plan, read(plan.range), plan.compared === null ? null : read(plan.compared)),
  );
}

// What is written is what the tests are about; typing it twice would prove nothing.
// oxlint-disable-next-line no-explicit-any
export function askJson(made: Case, question: Question): any {
  return JSON.parse(askText(made, question));
}

export function askText(made: Case, question: Question): string {
  return atOnce(writeJson(ask(made, question))).toString();
}

export function askCsv(made: Case, question: Question): string {
  return atOnce(writeCsv(ask(made, question)));
}

/** As the store reads it. */
export function stored({ series, known }: Case, asked: ReadMetrics): MetricData {
  const zero = dayNumber(asked.from);
  const days = dayNumber(asked.to) - zero + 1;
  const inScope = (id: string) => asked.integrationIds?.includes(id) ?? true;
  const read = series
    .filter(
      ({ metric, integration = 'int_one' }) =>
        asked.metrics.includes(metric) && inScope(integration),
    )
    .map(
      ({ metric, integration = 'int_one', currency = null, dimensions = {}, digits, points }) => {
        const values = new Float64Array(days).fill(Number.NaN);
        for (const [day, value] of Object.entries(points)) {
          const at = dayNumber(day) - zero;
          if (at >= 0 && at < days) values[at] = value;
        }
        const own = digits ?? (currency === null ? 0 : 2);
        return { integrationId: integration, metric, currency, dimensions, digits: own, values };
      },
    );
  const coverage = new Map<string, Uint8Array>();
  for (const { integrationId, metric } of read) {
    coverage.set(
      `${integrationId} ${metric}`,
      new Uint8Array(days).fill(known === undefined ? 1 : 0),
    );
  }
  for (const metric of asked.metrics) {
    for (const one of known ?? []) {
      if (one.metric !== undefined && one.metric !== metric) continue;
      const key = `${one.integration ?? 'int_one'} ${metric}`;
      const states = coverage.get(key) ?? new Uint8Array(days);
      for (let at = 0; at < days; at += 1) {
        const day = addDays(asked.from, at);
        if (day < one.from || day > one.to) continue;
        states[at] = one.provisionalFrom !== undefined && day >= one.provisionalFrom ? 2 : 1;
      }
      coverage.set(key, states);
    }
  }
  return {
    from: asked.from,
    to: asked.to,
    series: read,
    coverage: [...coverage].map(([key, states]) => {
      const [integrationId = '', metric = ''] = key.split(' ');
      return { integrationId, metric, days: states };
    }),
  };
}

function measure(
  key: string,
  unit: MetricDefinition['unit'],
  aggregation: MetricDefinition['aggregation'],
  dimensions: readonly string[] = [],
): MetricDefinition {
  return { key, title: key, description: key, unit, dimensions, aggregation };
}

function inCuts(
  key: string,
  breakdowns: readonly (readonly string[])[],
  aggregation: MetricDefinition['aggregation'] = { kind: 'sum' },
): MetricDefinition {
  const dimensions = [...new Set(breakdowns.flat())];
  return { ...measure(key, 'count', aggregation, dimensions), breakdowns };
}

function quotient(key: string, above: string, below: string, dimensions: readonly string[]) {
  const numerator = [{ metric: above, factor: 1 as const }];
  const denominator = [{ metric: below, factor: 1 as const }];
  const unit = key === 'tickets.value' || key === 'site.revenue_per_visit' ? 'money' : 'ratio';
  return measure(key, unit, { kind: 'ratio', numerator, denominator }, dimensions);
}

/** All steps of a work that is otherwise done in turns. */
function atOnce<T>(work: Generator<void, T>): T {
  for (let step = work.next(); ; step = work.next()) if (step.done === true) return step.value;
}
