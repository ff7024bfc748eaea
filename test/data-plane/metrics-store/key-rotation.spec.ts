import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { countOlder, reencryptTable } from '../../../src/control-plane/keys/reencrypt.js';
import { removeDataKeysBefore } from '../../../src/tenancy/keys/data-keys.repository.js';
import { SEALED_TABLES } from '../../../tenants/sealed-columns.js';
import { daysFrom, METRIC, openStore, point, pointsOf } from './support/open-store.js';
import { startPlane, type StorePlane } from './support/start-plane.js';

let plane: StorePlane;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

const TABLES = SEALED_TABLES.filter(({ table }) => table.startsWith('metric_'));
const METRICS = [METRIC, 'payments.fees'];
const YEARS = { from: '2025-12-01', to: '2026-12-31', metrics: METRICS };

test('a rotation seals blocks and lists anew beside readers, writers and compaction, and the old key goes', async () => {
  const store = await openStore(plane);
  const write = (days: string[], value: number) =>
    store.replace({
      from: days[0] ?? '',
      to: days.at(-1) ?? '',
      metrics: METRICS,
      points: METRICS.flatMap((metric) =>
        ['DE', 'FR'].flatMap((country) =>
          days.map((day) => point(day, value, { metric, dimensions: { country } })),
        ),
      ),
    });
  await write(daysFrom('2025-12-01', 396), 1_000_000);
  await store.compact();
  await write(daysFrom('2026-05-01', 10), 7);
  await store.inside(() => plane.addKey(store.tenant.id, 2));
  const older = () => store.inside(() => countOlder(plane.database, TABLES, 2));
  // Two lists; two metrics of two years and ten days each.
  expect(await older()).toBe(2 + 2 * 3);
  const look = async () => JSON.stringify(pointsOf(await store.read(YEARS)));
  const before = await look();

  const work = { isOver: false };
  let reads = 0;
  const reader = async (): Promise<void> => {
    while (!work.isOver) {
      expect((await look()) === before).toBe(true);
      reads += 1;
    }
  };
  const writer = async (): Promise<void> => {
    for (let round = 0; !work.isOver; round += 1) {
      await write(daysFrom('2026-05-01', 10), 7);
      if (round % 3 === 0) await store.compact();
    }
  };
  const others = [reader(), writer()];
  try {
    for (let found = 1; found > 0;) {
      found = 0;
      for (const table of TABLES) {
        found += await store.inside(() => reencryptTable(plane, table, { target: 2 }));
      }
    }
  } finally {
    work.isOver = true;
    await Promise.all(others);
  }
  expect(reads).toBeGreaterThan(0);
  expect(await older()).toBe(0);
  await store.inside(() => removeDataKeysBefore(plane.database, 2));
  plane.keys.drop(store.tenant.id);
  expect((await look()) === before).toBe(true);
  expect(plane.told).toEqual([]);
});
