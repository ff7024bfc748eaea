import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays } from '../../../src/kernel/calendar.js';
import type { TenantRecord } from '../../../src/tenancy/tenant-record.js';
import {
  daysFrom,
  METRIC,
  type OpenStore,
  openStore,
  point,
  pointsOf,
  sorted,
  statesOf,
} from './support/open-store.js';
import { startPlane, type StorePlane } from './support/start-plane.js';

let plane: StorePlane;
/** Of all cases that look at nothing but their own integration: a tenant costs a database. */
let shared: TenantRecord;

beforeAll(async () => {
  plane = await startPlane();
  shared = await plane.openTenant();
});
afterAll(() => plane.close());

const MARCH = { from: '2026-03-01', to: '2026-03-31' };
const everyDay = (value: number) => daysFrom('2026-03-01', 31).map((day) => point(day, value));

/** Each case holds as written, and after compaction has moved what was written. */
describe.each([
  ['as written', () => Promise.resolve(0)],
  ['after compaction', (store: OpenStore) => store.compact()],
])('days replaced (%s)', (_, then) => {
  test('lose what is no longer there, series and all, and keep the days around', async () => {
    const store = await openStore(plane, shared);
    const gone = everyDay(700).map((it) => ({ ...it, dimensions: { country: 'DE' } }));
    await store.replace({ ...MARCH, points: [...everyDay(500), ...gone] });
    await then(store);
    const points = [point('2026-03-11', 1)];
    await store.replace({ from: '2026-03-10', to: '2026-03-12', points });
    await then(store);
    const inside = await store.read({ from: '2026-03-10', to: '2026-03-12' });
    expect(pointsOf(inside)).toEqual(points);
    expect(inside.series).toHaveLength(1);
    const around = [...everyDay(500), ...gone].filter(
      ({ day }) => day < '2026-03-10' || day > '2026-03-12',
    );
    expect(pointsOf(await store.read(MARCH))).toEqual(sorted([...around, ...points]));
  });

  test('are known and empty, which is not the same as never read', async () => {
    const store = await openStore(plane, shared);
    await store.replace({ from: '2026-03-02', to: '2026-03-03', points: [] });
    await store.replace({ from: '2026-03-06', to: '2026-03-06', points: [] });
    await then(store);
    const data = await store.read({ from: '2026-03-01', to: '2026-03-07' });
    expect(data.series).toEqual([]);
    expect(statesOf(data)).toBe('0110010');
  });

  test('may still change from the day on that the sync says, until it says another', async () => {
    const store = await openStore(plane, shared);
    await store.replace({ ...MARCH, points: everyDay(1), provisionalFrom: '2026-03-30' });
    await then(store);
    const end = { from: '2026-03-28', to: '2026-03-31' };
    expect(statesOf(await store.read(end))).toBe('1122');
    const again = {
      from: '2026-03-30',
      to: '2026-04-01',
      points: [],
      provisionalFrom: '2026-04-01',
    };
    await store.replace(again);
    await then(store);
    expect(statesOf(await store.read({ ...end, to: '2026-04-02' }))).toBe('111120');
  });

  test('read the same when they are written a second time', async () => {
    const store = await openStore(plane, shared);
    const days = { ...MARCH, points: everyDay(12), provisionalFrom: '2026-03-20' };
    await store.replace(days);
    const before = await store.read(MARCH);
    await then(store);
    await store.replace(days);
    await store.replace(days);
    await then(store);
    expect(await store.read(MARCH)).toEqual(before);
  });

  test('of one metric leave those of another, and of another integration, alone', async () => {
    const store = await openStore(plane);
    const neighbour = await openStore(plane, store.tenant);
    await store.replace({ ...MARCH, points: everyDay(1) });
    await store.replace({
      ...MARCH,
      metrics: ['payments.fees'],
      points: everyDay(2).map((it) => ({ ...it, metric: 'payments.fees' })),
    });
    await neighbour.replace({ ...MARCH, points: everyDay(3) });
    await store.replace({ ...MARCH, points: [] });
    await then(store);
    await then(neighbour);
    const metrics = [METRIC, 'payments.fees'];
    const all = await store.inside(() => store.store.read({ ...MARCH, metrics }));
    const found = all.series.map((it) => [it.metric, it.integrationId, it.values[0]]);
    expect(found.toSorted()).toEqual([
      ['payments.fees', store.integrationId, 2],
      [METRIC, neighbour.integrationId, 3],
    ]);
    const own = await store.read({ ...MARCH, integrationIds: [store.integrationId] });
    expect(own.series).toEqual([]);
    expect(own.coverage).toHaveLength(1);
  });

  test('keep series apart by currency, digits and every dimension, whatever their order', async () => {
    const store = await openStore(plane, shared);
    const day = '2026-03-01';
    const points = [
      point(day, 1),
      point(day, 2, { currency: 'JPY', digits: 0 }),
      point(day, 3, { currency: null }),
      point(day, 4, { digits: 3 }),
      point(day, 5, { dimensions: { country: 'DE' } }),
      point(day, 6, { dimensions: { plan: 'DE' } }),
      point(day, 7, { dimensions: { country: 'DE', plan: 'gold' } }),
      point(day, 8, { dimensions: { country: '', plan: 'gold' } }),
      point(day, 9, {
        dimensions: JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>,
      }),
      point(day, 10, { dimensions: { country: 'Côte d’Ivoire "CI" \\ \u0000' } }),
    ];
    await store.replace({ from: day, to: day, points });
    await then(store);
    const turned = points.map((it) => ({
      ...it,
      day: addDays(day, 1),
      dimensions: Object.fromEntries(Object.entries(it.dimensions).toReversed()),
    }));
    await store.replace({ from: addDays(day, 1), to: addDays(day, 1), points: turned });
    await then(store);
    const data = await store.read({ from: day, to: addDays(day, 1) });
    expect(data.series).toHaveLength(points.length);
    expect(pointsOf(data)).toEqual(sorted([...points, ...turned]));
  });
});

test('a range over many years lies in a block a year, each opened only when it is asked for', async () => {
  const store = await openStore(plane);
  const days = daysFrom('2019-06-01', 2_600);
  const points = days.map((day, index) => point(day, index));
  await store.replace({ from: '2019-06-01', to: days.at(-1) ?? '', points });
  await store.compact();
  const blocks = await store.look('SELECT from_day::text AS day FROM metric_blocks ORDER BY 1');
  expect(blocks.map((it) => it['day'])).toEqual([
    '2019-06-01',
    ...[2020, 2021, 2022, 2023, 2024, 2025, 2026].map((year) => `${year}-01-01`),
  ]);
  const asked = { from: '2021-12-30', to: '2022-01-02' };
  const expected = points.filter(({ day }) => day >= asked.from && day <= asked.to);
  expect(pointsOf(await store.read(asked))).toEqual(expected);
});

test('compaction waits until there is enough to fold, and then leaves one block a year', async () => {
  const store = await openStore(plane);
  const write = (day: string) => store.replace({ from: day, to: day, points: [point(day, 5)] });
  const days = daysFrom('2026-05-01', 9);
  for (const day of days.slice(0, 7)) await write(day);
  expect(await store.inside(() => store.store.compact(store.integrationId))).toBe(0);
  for (const day of days.slice(7)) await write(day);
  expect(await store.inside(() => store.store.compact(store.integrationId))).toBe(1);
  const blocks = await store.look('SELECT folded FROM metric_blocks');
  expect(blocks).toEqual([{ folded: true }]);
  expect(await store.compact()).toBe(0);
});

test('large sets lie in several blocks a year', async () => {
  const store = await openStore(plane);
  const days = daysFrom('2026-01-01', 100);
  const points = days.flatMap((day, at) =>
    Array.from({ length: 2_500 }, (_, index) =>
      point(day, at * index, { dimensions: { campaign: `c${index}` } }),
    ),
  );
  await store.replace({ from: '2026-01-01', to: '2026-04-10', points });
  await store.compact();
  const blocks = await store.look(
    'SELECT to_day - from_day + 1 AS days FROM metric_blocks ORDER BY from_day',
  );
  expect(blocks).toEqual([{ days: 33 }, { days: 33 }, { days: 34 }]);
  const data = await store.read({ from: '2026-01-01', to: '2026-04-10' });
  expect(data.series).toHaveLength(2_500);
  expect(data.series.every(({ values }) => values.every((it) => it >= 0))).toBe(true);
});

describe('what is no true account of the days is refused as a fault, and nothing is written', () => {
  const day = '2026-03-01';
  const week = { from: day, to: '2026-03-07' };
  test.each([
    ['a day before them', week, [point('2026-02-28', 1)]],
    ['a day after them', week, [point('2026-03-08', 1)]],
    ['a metric that is not among them', week, [point(day, 1, { metric: 'payments.other' })]],
    ['half a cent', week, [point(day, 0.5)]],
    ['no number', week, [point(day, NaN)]],
    ['more than is kept exactly', week, [point(day, 2 ** 53)]],
    ['two values for one day', week, [point(day, 1), point(day, 2)]],
    ['days that end before they begin', { from: day, to: '2026-02-01' }, []],
  ])('%s', async (_, range, points) => {
    const store = await openStore(plane, shared);
    await expect(store.replace({ ...range, points })).rejects.toThrow(RangeError);
    const sets = 'SELECT id FROM metric_sets WHERE integration_id = $1';
    expect(await store.look(sets, [store.integrationId])).toEqual([]);
  });
});
