import type { Client } from 'pg';
import { alternate, timed } from '../support/alternate.js';
import { Child } from '../support/child.js';
import type { Figure, Row } from '../support/figure.js';
import { prepare } from '../support/installations.js';
import {
  fillMetricStore,
  fillPlainRows,
  type MetricFixture,
  openPlainDatabase,
} from '../support/metric-fixture.js';
import { NO_LIMITS } from '../support/settings.js';
import { median, ratios } from '../support/stats.js';
import { WholeAnswers } from '../support/whole-answer.js';

const ROUNDS = 15;
/** Until both programs run as they do after a minute of service. */
const WARM_UPS = 20;

const BY_SERIES_AND_DAY = `SELECT s.id, p.day::text AS day, sum(p.value) AS value
  FROM series s JOIN points p ON p.series_id = s.id
 WHERE s.metric = ANY ($1) AND p.day BETWEEN $2 AND $3 GROUP BY s.id, p.day ORDER BY s.id, p.day`;
const BY_SERIES_AND_MONTH = `SELECT s.id, date_trunc('month', p.day)::date::text AS day, sum(p.value) AS value
  FROM series s JOIN points p ON p.series_id = s.id
 WHERE s.metric = ANY ($1) AND p.day BETWEEN $2 AND $3 GROUP BY 1, 2 ORDER BY 1, 2`;

/**
 * `GET /v1/metrics/query` of the whole product, over HTTP, from the request to the last byte of its JSON,
 * against plain rows with SQL GROUP BY through pg. The peer checks no key, opens nothing that is
 * encrypted, and writes no JSON.
 */
export const metricQuery: Figure = {
  name: 'metric-query',
  async measure(postgres) {
    const { dataDir, controlUrl } = postgres;
    const installation = { dataDir, controlUrl, overrides: NO_LIMITS };
    const plain = await openPlainDatabase(controlUrl, 'plain_metrics');
    const { tenant, fixture } = await prepare(postgres, installation, async (backstage) => {
      const [tenant] = await backstage.openAccounts(1, 'database');
      if (tenant === undefined) throw new Error('No tenant was opened.');
      const fixture = await fillMetricStore(backstage, tenant.id);
      await fillPlainRows(plain, fixture);
      return { tenant, fixture };
    });
    const product = Child.start('programs/product-metrics');
    const answers = new WholeAnswers(await product.call('start', installation), tenant.apiKey);
    try {
      return [
        await contest(answers, plain, fixture, {
          what: 'query, one metric, 50 series, 3 years by day, p50 over HTTP',
          metrics: fixture.metrics.slice(0, 1),
          granularity: 'day',
          sql: BY_SERIES_AND_DAY,
          target: { atLeast: 5 },
        }),
        await contest(answers, plain, fixture, {
          what: 'query, all of 1,000 series x 3 years by month, p50 over HTTP',
          metrics: fixture.metrics,
          granularity: 'month',
          sql: BY_SERIES_AND_MONTH,
          target: { atLeast: 3 },
        }),
      ];
    } finally {
      answers.close();
      await product.stop();
      await plain.end();
    }
  },
};

interface Question {
  what: string;
  metrics: readonly string[];
  granularity: 'day' | 'month';
  sql: string;
  target: Row['target'];
}

async function contest(
  answers: WholeAnswers,
  plain: Client,
  { shape: { from, to } }: MetricFixture,
  { what, metrics, granularity, sql, target }: Question,
): Promise<Row> {
  const path = `/v1/metrics/query?metric=${metrics.join()}&from=${from}&to=${to}&granularity=${granularity}&groupBy=country,plan`;
  const ours = () => answers.get(path);
  const theirs = async () =>
    (await plain.query<PlainRow>({ name: granularity, text: sql, values: [metrics, from, to] }))
      .rows;
  for (let round = 0; round < WARM_UPS; round += 1) {
    requireSame(what, await ours(), await theirs());
  }
  const measured = await alternate(ROUNDS, {
    ours: () => timed(ours),
    floor: () => timed(theirs),
  });
  return {
    what,
    unit: 'ms',
    target,
    samples: measured,
    floor: 'plain rows, SQL GROUP BY through pg',
    ours: median(measured.ours),
    theirs: median(measured.floor),
    ratio: median(ratios(measured.floor, measured.ours)),
  };
}

interface PlainRow {
  id: number;
  day: string;
  value: number;
}

interface Answered {
  series: { unit: string; points: [string, number][] }[];
}

/** @throws Error where the two do not say the same: as many values, and in all the same, in cents */
function requireSame(what: string, answer: Buffer, rows: readonly PlainRow[]): void {
  const { series } = JSON.parse(answer.toString()) as Answered;
  const values = series.flatMap(({ unit, points }) =>
    points.map(([, value]) => (unit === 'money' ? Math.round(value * 100) : value)),
  );
  const theirs = rows.map(({ value }) => value);
  if (values.length !== theirs.length || sum(values) !== sum(theirs)) {
    throw new Error(
      `"${what}" differs: ${values.length} values, sum ${sum(values)}, against ${theirs.length}, ${sum(theirs)}.`,
    );
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
