import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TenantRecord } from '../../../src/tenancy/tenant-record.js';
import { daysFrom, openStore, point, pointsOf } from './support/open-store.js';
import { startPlane, type StorePlane } from './support/start-plane.js';

let plane: StorePlane;
let tenant: TenantRecord;

beforeAll(async () => {
  plane = await startPlane();
  tenant = await plane.openTenant();
});
afterAll(() => plane.close());

test('a million cents add up to the cent', async () => {
  const store = await openStore(plane, tenant);
  const days = daysFrom('2023-01-01', 1_000);
  const points = days.flatMap((day) =>
    Array.from({ length: 1_000 }, (_, index) =>
      point(day, 1, { dimensions: { shop: String(index) } }),
    ),
  );
  const range = { from: '2023-01-01', to: days.at(-1) ?? '' };
  expect(await store.replace({ ...range, points })).toEqual({ points: 1_000_000 });
  const { series } = await store.read(range);
  let cents = 0;
  for (const { values } of series) for (const value of values) cents += value;
  expect(cents).toBe(1_000_000);
});

test('every size and sign comes back as it was, also where the steps between are larger than any value', async () => {
  const store = await openStore(plane, tenant);
  const sizes = Array.from({ length: 54 }, (_, bits) => 2 ** bits);
  const values = sizes
    .flatMap((size) => [size - 1, size, size + 1])
    .filter((value) => Number.isSafeInteger(value))
    .flatMap((value) => [value, -value]);
  expect(values).toContain(Number.MAX_SAFE_INTEGER);
  const days = daysFrom('2024-01-01', values.length);
  const points = values.map((value, index) => point(days[index] ?? '', value + 0));
  // Values that are shorter as steps from one to the next, in the same block.
  const climbing = days.map((day, index) =>
    point(day, Number.MAX_SAFE_INTEGER - index * 3, { currency: null, digits: 0 }),
  );
  const range = { from: '2024-01-01', to: days.at(-1) ?? '' };
  await store.replace({ ...range, points: [...points, ...climbing] });
  await store.compact();
  const read = pointsOf(await store.read(range));
  expect(read.filter(({ currency }) => currency === null)).toEqual(climbing);
  expect(read.filter(({ currency }) => currency === 'EUR')).toEqual(points);
});

test('zero has no sign', async () => {
  const store = await openStore(plane, tenant);
  const day = '2026-01-01';
  await store.replace({ from: day, to: day, points: [point(day, -0)] });
  const { series } = await store.read({ from: day, to: day });
  expect(Object.is(series[0]?.values[0], 0)).toBe(true);
});
