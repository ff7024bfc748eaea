import type { Client } from 'pg';
import { KeyedTransaction } from '../../src/data-plane/keyed-transaction.js';
import type { MetricData } from '../../src/data-plane/metrics/store/metric-data.js';
import { MetricStore } from '../../src/data-plane/metrics/store/metric-store.js';
import { dayNumber, dayOfNumber } from '../../src/kernel/calendar.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { alternate, timed } from '../support/alternate.js';
import { type Backstage, openBackstage } from '../support/backstage.js';
import type { Figure, Row } from '../support/figure.js';
import {
  fillMetricStore,
  fillPlainRows,
  type MetricFixture,
  openPlainDatabase,
} from '../support/metric-fixture.js';
import { median, ratios } from '../support/stats.js';

const ROUNDS = 15;
const ACTOR = { kind: 'system', job: 'bench.metrics' } as const;

const BY_SERIES_AND_DAY = `SELECT s.id, p.day::text AS day, sum(p.value) AS value
  FROM series s JOIN points p ON p.series_id = s.id
 WHERE s.metric = $1 AND p.day BETWEEN $2 AND $3 GROUP BY s.id, p.day ORDER BY s.id, p.day`;
const BY_DAY = `SELECT p.day::text AS day, sum(p.value) AS value
  FROM series s JOIN points p ON p.series_id = s.id
 WHERE s.metric = $1 AND p.day BETWEEN $2 AND $3 GROUP BY p.day ORDER BY p.day`;
// Grouped by a timestamp without a zone: as a date, as text or in the session's zone it takes far longer.
const BY_SERIES_AND_MONTH = `SELECT s.id, date_trunc('month', p.day::timestamp) AS month, sum(p.value) AS value
  FROM series s JOIN points p ON p.series_id = s.id
 WHERE p.day BETWEEN $1 AND $2 GROUP BY 1, 2`;
const UPSERT = `INSERT INTO points SELECT * FROM unnest($1::integer[], $2::date[], $3::float8[])
  ON CONFLICT (series_id, day) DO UPDATE SET value = excluded.value`;

/**
 * The metric store below HTTP, against plain rows with their primary key on the same server: 1,000 series
 * of 20 metrics over three years. Both sides end with the same sums in memory.
 */
export const metricStore: Figure = {
  name: 'metric-store',
  async measure(postgres) {
    const backstage = await openBackstage(postgres, { stockDatabases: 0, stockSchemas: 0 });
    const [tenant] = await backstage.openAccounts(1, 'database');
    if (tenant === undefined) throw new Error('No tenant was opened.');
    const plain = await openPlainDatabase(postgres.controlUrl, 'plain_metrics');
    const fixture = await postgres.unmeasured(async () => {
      const fixture = await fillMetricStore(backstage, tenant.id);
      await fillPlainRows(plain, fixture);
      return fixture;
    });
    const inside = <T>(work: () => Promise<T>) =>
      backstage.foundation.tenancy.run(tenant.id, ACTOR, work);
    const rows = await inside(async () => [
      await bytesAPoint(backstage, plain, fixture),
      ...(await reads(backstage, plain, fixture)),
      await resync(backstage, plain, fixture),
    ]);
    await plain.end();
    await backstage.close();
    return rows;
  },
};

async function reads(backstage: Backstage, plain: Client, fixture: MetricFixture): Promise<Row[]> {
  const { from, to } = fixture.shape;
  const store = backstage.get(MetricStore);
  const one = fixture.metrics.slice(0, 1);
  const metric = one[0];
  const read = (metrics: readonly string[]) => store.read({ metrics, from, to });
  const ask = async (text: string, values: unknown[]) =>
    (await plain.query<{ value: number }>({ name: text.slice(0, 60), text, values })).rows;
  return [
    await contest(
      'one metric, 50 series, 3 years by day, below HTTP, p50',
      { atLeast: 5 },
      async () => total(byDay(await read(one), true)),
      async () => sumOf(await ask(BY_SERIES_AND_DAY, [metric, from, to])),
    ),
    await contest(
      'the same, summed over its series',
      null,
      async () => total(byDay(await read(one), false)),
      async () => sumOf(await ask(BY_DAY, [metric, from, to])),
    ),
    await contest(
      'all of 1,000 series, 3 years by month, below HTTP, p50',
      { atLeast: 3 },
      async () => total(byMonth(await read(fixture.metrics))),
      async () => sumOf(await ask(BY_SERIES_AND_MONTH, [from, to])),
    ),
  ];
}

/** Both must find the same sum before it counts who is faster. */
async function contest(
  what: string,
  target: Row['target'],
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<Row> {
  const [a, b] = [await ours(), await theirs()];
  if (a !== b) throw new Error(`The sums of "${what}" differ: ${a} and ${b}.`);
  const measured = await alternate(ROUNDS, {
    ours: () => timed(ours),
    floor: () => timed(theirs),
  });
  return {
    what,
    unit: 'ms',
    target,
    floor: 'plain rows, SQL GROUP BY through pg',
    ours: median(measured.ours),
    theirs: median(measured.floor),
    ratio: median(ratios(measured.floor, measured.ours)),
    samples: measured,
  };
}

async function resync(backstage: Backstage, plain: Client, fixture: MetricFixture): Promise<Row> {
  const { integrationId, metrics, shape } = fixture;
  const { to: day } = shape;
  const store = backstage.get(MetricStore);
  const keyed = backstage.get(KeyedTransaction);
  const points = fixture.points(day, day);
  const measured = await alternate(ROUNDS * 2, {
    ours: () =>
      timed(() =>
        keyed.run((tx) =>
          store.replace(tx, {
            integrationId,
            metrics,
            from: day,
            to: day,
            points,
            provisionalFrom: day,
          }),
        ),
      ),
    floor: () =>
      timed(() =>
        plain.query({
          name: 'upsert',
          text: UPSERT,
          values: [
            points.map((_, id) => id),
            points.map((it) => it.day),
            points.map(({ value }) => value),
          ],
        }),
      ),
  });
  return {
    what: `one day's re-sync of 1,000 series`,
    unit: 'ms',
    ours: median(measured.ours),
    floor: 'INSERT ... ON CONFLICT of the same points',
    theirs: median(measured.floor),
    ratio: median(ratios(measured.ours, measured.floor)),
    target: { atMost: 2 },
    samples: measured,
  };
}

async function bytesAPoint(
  backstage: Backstage,
  plain: Client,
  { shape, metrics }: MetricFixture,
): Promise<Row> {
  const days = dayNumber(shape.to) - dayNumber(shape.from) + 1;
  const points = metrics.length * shape.seriesPerMetric * days;
  const [row] = await backstage.get(TenantDatabase).query<{ bytes: string }>({
    text: sizesOf('metric_sets', 'metric_series', 'metric_blocks'),
  });
  const { rows } = await plain.query<{ bytes: string }>(sizesOf('series', 'points'));
  const [ours, theirs] = [Number(row?.bytes) / points, Number(rows[0]?.bytes) / points];
  return {
    what: 'bytes on disk a point, with indexes',
    unit: 'bytes',
    ours,
    theirs,
    ratio: ours / theirs,
    target: { atMost: 1 / 7 },
    floor: 'plain rows with their primary key',
    samples: { ours: [ours], floor: [theirs] },
  };
}

/** With indexes and what lies out of line, and with the room that folded blocks left. */
function sizesOf(...tables: string[]): string {
  return `SELECT ${tables.map((table) => `pg_total_relation_size('${table}')`).join(' + ')} AS bytes`;
}

type Sums = number[][];

function byDay({ series }: MetricData, apart: boolean): Sums {
  if (apart) return series.map(({ values }) => Array.from(values, orZero));
  const sums = Array.from({ length: series[0]?.values.length ?? 0 }, () => 0);
  for (const { values } of series) {
    for (let day = 0; day < values.length; day += 1) {
      sums[day] = (sums[day] as number) + orZero(values[day] as number);
    }
  }
  return [sums];
}

function byMonth({ from, series }: MetricData): Sums {
  const first = dayNumber(from);
  const length = series[0]?.values.length ?? 0;
  const months: number[] = [];
  let month = '';
  for (let day = 0; day < length; day += 1) {
    const own = dayOfNumber(first + day).slice(0, 7);
    months.push((months.at(-1) ?? -1) + (own === month ? 0 : 1));
    month = own;
  }
  return series.map(({ values }) => {
    const sums = Array.from({ length: (months.at(-1) ?? 0) + 1 }, () => 0);
    for (let day = 0; day < length; day += 1) {
      const at = months[day] as number;
      sums[at] = (sums[at] as number) + orZero(values[day] as number);
    }
    return sums;
  });
}

function orZero(value: number): number {
  return value === value ? value : 0;
}

function total(sums: Sums): number {
  return sums.reduce((all, one) => all + one.reduce((sum, value) => sum + value, 0), 0);
}

function sumOf(rows: readonly { value: number }[]): number {
  return rows.reduce((sum, { value }) => sum + value, 0);
}
