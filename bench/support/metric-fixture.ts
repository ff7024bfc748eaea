import type { Client } from 'pg';
import { openClient } from '../../src/infrastructure/postgres/connections.js';
import type { Point } from '../../src/connectors/kit/points.js';
import { KeyedTransaction } from '../../src/data-plane/keyed-transaction.js';
import { MetricStore } from '../../src/data-plane/metrics/store/metric-store.js';
import { addDays, dayNumber, type Day } from '../../src/kernel/calendar.js';
import { newId } from '../../src/kernel/ids.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import type { Backstage } from './backstage.js';
import { progress } from './progress.js';
import { seeded } from './stats.js';

export interface MetricShape {
  metrics: number;
  seriesPerMetric: number;
  from: Day;
  to: Day;
}

/** What the design is held to: 1,000 series over three years. */
export const THOUSAND_SERIES: MetricShape = {
  metrics: 20,
  seriesPerMetric: 50,
  from: '2023-11-25',
  to: '2026-11-24',
};

export interface MetricFixture {
  shape: MetricShape;
  integrationId: string;
  metrics: readonly string[];
  /** The points of these days, by series and day; the same in every run. */
  points(from: Day, to: Day): Point[];
}

const ACTOR = { kind: 'system', job: 'bench.metrics' } as const;
/** Days that a sync writes at a time. */
const SLICE_DAYS = 31;

/**
 * Fills a tenant as a sync does: an integration whose history is written newest month first, and
 * compacted at the end.
 */
export async function fillMetricStore(
  { foundation, get }: Backstage,
  tenantId: string,
  shape: MetricShape = THOUSAND_SERIES,
): Promise<MetricFixture> {
  const fixture = fixtureOf(shape, newId('int'));
  const { integrationId, metrics } = fixture;
  const store = get(MetricStore);
  await foundation.tenancy.run(tenantId, ACTOR, async () => {
    await get(TenantDatabase).query({
      text: `INSERT INTO integrations (id, provider, status) VALUES ($1, 'stripe', 'active')`,
      values: [integrationId],
    });
    for (let to = shape.to; to >= shape.from; to = addDays(to, -SLICE_DAYS)) {
      progress(`metrics of ${to}`);
      const first = addDays(to, 1 - SLICE_DAYS);
      const from = first < shape.from ? shape.from : first;
      const points = fixture.points(from, to);
      await get(KeyedTransaction).run((tx) =>
        store.replace(tx, {
          integrationId,
          metrics,
          from,
          to,
          points,
          provisionalFrom: addDays(shape.to, -30),
        }),
      );
    }
    await store.compact(integrationId, 1);
  });
  progress('');
  return fixture;
}

/**
 * The same points as plain rows in a database of their own, in the order of their key and vacuumed: as
 * small and as fast to read as such a table gets.
 */
export async function fillPlainRows(client: Client, fixture: MetricFixture): Promise<void> {
  const { shape } = fixture;
  await client.query(`
    CREATE TABLE series (
      id integer PRIMARY KEY, metric text NOT NULL, currency text, dimensions jsonb NOT NULL
    );
    CREATE TABLE points (
      series_id integer NOT NULL, day date NOT NULL, value double precision NOT NULL,
      PRIMARY KEY (series_id, day)
    )`);
  const series = fixture.points(shape.to, shape.to);
  await client.query(
    'INSERT INTO series SELECT * FROM unnest($1::integer[], $2::text[], $3::text[], $4::jsonb[])',
    [
      series.map((_, id) => id),
      series.map(({ metric }) => metric),
      series.map(({ currency }) => currency),
      series.map(({ dimensions }) => JSON.stringify(dimensions)),
    ],
  );
  const points = fixture.points(shape.from, shape.to);
  const days = dayNumber(shape.to) - dayNumber(shape.from) + 1;
  for (let id = 0; id < series.length; id += 1) {
    progress(`plain rows of series ${id}`);
    const own = points.slice(id * days, (id + 1) * days);
    await client.query('INSERT INTO points SELECT $1, * FROM unnest($2::date[], $3::float8[])', [
      id,
      own.map(({ day }) => day),
      own.map(({ value }) => value),
    ]);
  }
  await client.query('VACUUM ANALYZE series');
  await client.query('VACUUM ANALYZE points');
  progress('');
}

/** A database beside the tenant's, of the control role's. */
export async function openPlainDatabase(controlUrl: string, name: string): Promise<Client> {
  const control = await openClient(controlUrl);
  await control.query(`CREATE DATABASE ${name}`);
  await control.end();
  const url = new URL(controlUrl);
  url.pathname = `/${name}`;
  return openClient(url.href);
}

function fixtureOf(shape: MetricShape, integrationId: string): MetricFixture {
  const metrics = Array.from({ length: shape.metrics }, (_, index) => metricName(index));
  return {
    shape,
    integrationId,
    metrics,
    points: (from, to) => {
      const points: Point[] = [];
      const first = dayNumber(shape.from);
      for (const [index, metric] of metrics.entries()) {
        for (let series = 0; series < shape.seriesPerMetric; series += 1) {
          const value = valuesOf(index, series);
          const identity = identityOf(index, series);
          for (let day = from; day <= to; day = addDays(day, 1)) {
            points.push({ metric, day, ...identity, value: value(dayNumber(day) - first) });
          }
        }
      }
      return points;
    },
  };
}

function metricName(index: number): string {
  return isMoney(index) ? `payments.amount_${index}` : `payments.count_${index}`;
}

function isMoney(metric: number): boolean {
  return metric % 2 === 0;
}

function identityOf(metric: number, series: number) {
  const country = `C${String(series % 25).padStart(2, '0')}`;
  const plan = series < 25 ? 'monthly' : 'yearly';
  const money = isMoney(metric);
  return {
    currency: money ? 'EUR' : null,
    digits: money ? 2 : 0,
    dimensions: { country, plan },
  };
}

/** Money: some hundred to some thousand euros a day, in cents. Counts: up to some hundred. */
function valuesOf(metric: number, series: number): (day: number) => number {
  const scale = (isMoney(metric) ? 400_000 : 300) / (1 + (series % 10));
  return (day) => {
    const noise = seeded(metric * 1_000_003 + series * 10_007 + day)();
    const week = 0.7 + 0.3 * Math.sin((day / 7) * 2 * Math.PI);
    return Math.round(scale * week * (0.5 + noise));
  };
}
