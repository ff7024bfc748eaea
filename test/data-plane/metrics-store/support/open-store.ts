import type { Point } from '../../../../src/connectors/kit/points.js';
import type {
  MetricData,
  ReadMetrics,
  ReplaceDays,
} from '../../../../src/data-plane/metrics/store/metric-data.js';
import { addDays, dayNumber } from '../../../../src/kernel/calendar.js';
import { newId } from '../../../../src/kernel/ids.js';
import type { TenantRecord } from '../../../../src/tenancy/tenant-record.js';
import type { StorePlane } from './start-plane.js';

export const METRIC = 'payments.gross_volume';

export type OpenStore = Awaited<ReturnType<typeof openStore>>;

type Row = Record<string, unknown>;

/** An integration, of a tenant of its own unless one is given, and the store as the sync uses it. */
export async function openStore(plane: StorePlane, of?: TenantRecord) {
  const tenant = of ?? (await plane.openTenant());
  const { store } = plane;
  const inside = <T>(work: () => Promise<T>) => plane.as(tenant.id, work);
  const integrationId = newId('int');
  const look = (text: string, values?: unknown[]) =>
    plane.lookInto(tenant, async (client) => (await client.query<Row>(text, values)).rows);
  await look(`INSERT INTO integrations (id, provider, status) VALUES ($1, 'made-up', 'active')`, [
    integrationId,
  ]);
  return {
    tenant,
    integrationId,
    inside,
    store,
    look,
    replace: (days: Partial<ReplaceDays> & Pick<ReplaceDays, 'from' | 'to' | 'points'>) =>
      inside(() =>
        plane.keyed.run((tx) =>
          store.replace(tx, {
            integrationId,
            metrics: [METRIC],
            provisionalFrom: '9999-01-01',
            ...days,
          }),
        ),
      ),
    read: (asked: Partial<ReadMetrics> & Pick<ReadMetrics, 'from' | 'to'>) =>
      inside(() => store.read({ metrics: [METRIC], integrationIds: [integrationId], ...asked })),
    compact: (unfolded = 1) => inside(() => store.compact(integrationId, unfolded)),
    forget: () => inside(() => plane.keyed.run((tx) => store.forget(tx, integrationId))),
    /** Everything the store holds, byte by byte. */
    everyRow: async (): Promise<Row[][]> => [
      await look('SELECT * FROM metric_sets ORDER BY id'),
      await look('SELECT * FROM metric_series ORDER BY id'),
      await look('SELECT * FROM metric_blocks ORDER BY id'),
    ],
  };
}

export function point(day: string, value: number, more: Partial<Point> = {}): Point {
  return { metric: METRIC, day, value, currency: 'EUR', digits: 2, dimensions: {}, ...more };
}

/** What was read as a plain list, in an order of its own: to be compared. */
export function pointsOf({ series, from }: MetricData): Point[] {
  return series
    .flatMap(({ values, metric, currency, digits, dimensions }) =>
      Array.from(values, (value, index) => {
        const day = addDays(from, index);
        return { metric, currency, digits, dimensions, day, value };
      }),
    )
    .filter(({ value }) => !Number.isNaN(value))
    .toSorted(byName);
}

export function sorted(points: readonly Point[]): Point[] {
  return points.toSorted(byName);
}

/** The states of the days asked for, as text: `0` never read, `1` final, `2` may still change. */
export function statesOf({ coverage }: MetricData, metric = METRIC): string {
  return coverage
    .filter((it) => it.metric === metric)
    .map(({ days }) => [...days].join(''))
    .join(' ');
}

export function daysFrom(first: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => addDays(first, index));
}

export function daysBetween(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from) + 1;
}

function byName(a: Point, b: Point): number {
  return nameOf(a) < nameOf(b) ? -1 : 1;
}

function nameOf({ metric, currency, digits, dimensions, day }: Point): string {
  const entries = Object.entries(dimensions).toSorted();
  return JSON.stringify([metric, currency, digits, entries, day]);
}
