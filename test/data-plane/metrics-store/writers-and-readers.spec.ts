import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  daysFrom,
  METRIC,
  type OpenStore,
  openStore,
  point,
  pointsOf,
} from './support/open-store.js';
import { startPlane, type StorePlane } from './support/start-plane.js';

let plane: StorePlane;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

const DAYS = daysFrom('2025-12-20', 30);
const RANGE = { from: '2025-12-20', to: '2026-01-18' };
const METRICS = [METRIC, 'payments.fees'];
const SERIES = ['DE', 'FR', 'IT'];

/** Every day of every series of both metrics has this value. */
function writing(value: number) {
  const points = METRICS.flatMap((metric) =>
    SERIES.flatMap((country) =>
      DAYS.map((day) => point(day, value, { metric, dimensions: { country } })),
    ),
  );
  return { ...RANGE, metrics: METRICS, points };
}

function valuesIn(data: Awaited<ReturnType<OpenStore['read']>>): Set<number> {
  expect(data.series).toHaveLength(METRICS.length * SERIES.length);
  return new Set(data.series.flatMap(({ values }) => [...values]));
}

test('readers beside writes and compaction see one whole state, never two by halves', async () => {
  const store = await openStore(plane);
  await store.replace(writing(0));
  const work = { isOver: false };
  const seen = new Set<number>();
  const reader = async (): Promise<void> => {
    while (!work.isOver) {
      const values = valuesIn(await store.read({ ...RANGE, metrics: METRICS }));
      expect(values.size).toBe(1);
      for (const value of values) seen.add(value);
    }
  };
  const compactor = async (): Promise<void> => {
    while (!work.isOver) await store.compact();
  };
  const others = [reader(), reader(), reader(), compactor()];
  try {
    for (let value = 1; value <= 40; value += 1) await store.replace(writing(value));
  } finally {
    work.isOver = true;
    await Promise.all(others);
  }
  expect(seen.size).toBeGreaterThan(5);
  expect(valuesIn(await store.read({ ...RANGE, metrics: METRICS }))).toEqual(new Set([40]));
});

test('writers at once each win or lose whole, and none waits for ever', async () => {
  const store = await openStore(plane);
  const orders = [METRICS, METRICS.toReversed()];
  await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      store.replace({ ...writing(index + 1), metrics: orders[index % 2] ?? METRICS }),
    ),
  );
  expect(valuesIn(await store.read({ ...RANGE, metrics: METRICS })).size).toBe(1);
  const numbers = await store.look(
    `SELECT s.metric, s.writes, count(*)::int AS series FROM metric_sets s
       JOIN metric_series p ON p.set_id = s.id GROUP BY 1, 2 ORDER BY 1`,
  );
  expect(numbers).toEqual(METRICS.toSorted().map((metric) => ({ metric, writes: 10, series: 1 })));
});

test('a writer that fails at the end leaves all as it was', async () => {
  const store = await openStore(plane);
  await store.replace(writing(1));
  const before = await store.everyRow();
  const failing = store.inside(() =>
    plane.keyed.run(async (tx) => {
      await store.store.replace(tx, {
        ...writing(2),
        integrationId: store.integrationId,
        provisionalFrom: '2026-01-01',
      });
      throw new Error('The cursor could not be written.');
    }),
  );
  await expect(failing).rejects.toThrow('cursor');
  expect(await store.everyRow()).toEqual(before);
});

test('a writer whose connection is cut leaves all as it was', async () => {
  const store = await openStore(plane);
  await store.replace(writing(1));
  const before = await store.everyRow();
  const cut = store.inside(() =>
    plane.keyed.run(async (tx) => {
      const days = {
        ...writing(2),
        integrationId: store.integrationId,
        provisionalFrom: '2027-01-01',
      };
      await store.store.replace(tx, days);
      await tx.query({ text: 'SELECT pg_terminate_backend(pg_backend_pid())' });
    }),
  );
  await expect(cut).rejects.toMatchObject({ code: 'database_unavailable' });
  expect(await store.everyRow()).toEqual(before);
});

test('a compaction that is cut off between two metrics changes nothing that is read', async () => {
  const store = await openStore(plane);
  for (const day of DAYS) {
    const points = METRICS.map((metric) => point(day, 7, { metric }));
    await store.replace({ from: day, to: day, metrics: METRICS, points });
  }
  const before = pointsOf(await store.read({ ...RANGE, metrics: METRICS }));
  await plane.lookInto(store.tenant, (client) =>
    client.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''cut off''; END';
     CREATE TRIGGER refuse BEFORE INSERT ON metric_blocks FOR EACH ROW
       WHEN (NEW.folded AND NEW.from_day >= '2026-01-01') EXECUTE FUNCTION refuse()`),
  );
  await expect(store.compact()).rejects.toThrow('cut off');
  expect(pointsOf(await store.read({ ...RANGE, metrics: METRICS }))).toEqual(before);
  await store.look('DROP TRIGGER refuse ON metric_blocks');
  expect(await store.compact()).toBe(2);
  expect(pointsOf(await store.read({ ...RANGE, metrics: METRICS }))).toEqual(before);
});

test('forgetting an integration leaves nothing of it, and everything of another', async () => {
  const store = await openStore(plane);
  const other = await openStore(plane, store.tenant);
  await store.replace(writing(1));
  await other.replace(writing(2));
  await store.compact();
  await store.replace({ from: '2026-01-01', to: '2026-01-02', points: [] });
  await store.forget();
  const asked = { ...RANGE, metrics: METRICS };
  const data = await store.read({ ...asked, integrationIds: [store.integrationId] });
  expect(data).toMatchObject({ series: [], coverage: [] });
  const rows = await store.look(
    `SELECT (SELECT count(*)::int FROM metric_sets) AS sets,
            (SELECT count(*)::int FROM metric_series) AS pieces,
            (SELECT count(*)::int FROM metric_blocks) AS blocks`,
  );
  expect(rows).toEqual([{ sets: 2, pieces: 2, blocks: 2 }]);
  expect(valuesIn(await other.read(asked))).toEqual(new Set([2]));
  expect(await store.compact()).toBe(0);
});

test('a compaction that comes too late does not bring a forgotten metric back', async () => {
  const store = await openStore(plane);
  await store.replace(writing(1));
  await Promise.all([store.compact(), store.forget(), store.compact()]);
  expect(await store.look('SELECT metric FROM metric_sets')).toEqual([]);
});
