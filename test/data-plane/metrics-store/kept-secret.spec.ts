import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Cell, readCell, readEveryCell, writeCell } from '../support/backstage.js';
import { daysFrom, METRIC, type OpenStore, openStore, point } from './support/open-store.js';
import { startPlane, type StorePlane } from './support/start-plane.js';

let plane: StorePlane;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

const FEES = 'payments.fees';
const YEARS = { from: '2025-01-01', to: '2026-12-31', metrics: [METRIC, FEES] };

/** Of every integration. */
const readAll = ({ inside, store }: OpenStore) => inside(() => store.read(YEARS));

/** Two metrics with two folded blocks each, and a day written later. */
async function openFilled(): Promise<OpenStore> {
  const store = await openStore(plane);
  const write = (days: string[], value: number) =>
    store.replace({
      from: days[0] ?? '',
      to: days.at(-1) ?? '',
      metrics: [METRIC, FEES],
      points: [METRIC, FEES].flatMap((metric) =>
        days.map((day) => point(day, value, { metric, dimensions: { city: 'Canaryville' } })),
      ),
    });
  await write(daysFrom('2025-01-01', 730), 987_654_321);
  await store.compact();
  await write(['2026-06-01'], 5);
  return store;
}

function ids(store: OpenStore, table: string): Promise<string[]> {
  const order = table === 'metric_blocks' ? 'from_day' : 'first';
  return store
    .look(
      `SELECT t.id FROM ${table} t JOIN metric_sets s ON s.id = t.set_id ORDER BY s.metric, ${order}, t.id`,
    )
    .then((rows) => rows.map((row) => String(row['id'])));
}

test('no dimension and no value can be read in the database, not even by its superuser', async () => {
  const store = await openFilled();
  const everything = Buffer.concat(await readEveryCell(store));
  for (const text of ['Canaryville', 'city', '987654321']) {
    expect(everything.includes(text)).toBe(false);
    expect(everything.includes(Buffer.from(text).toString('hex'))).toBe(false);
  }
  const { series } = await readAll(store);
  expect(series[0]?.dimensions).toEqual({ city: 'Canaryville' });
});

const block = (row: string): Cell => ({ table: 'metric_blocks', column: 'body', row });
const piece = (row: string): Cell => ({ table: 'metric_series', column: 'entries', row });

/** What somebody with the superuser's password does; gives the row that is then refused. */
const CHANGES: Record<string, (store: OpenStore) => Promise<void>> = {
  'a block changed in one bit': async (store) => {
    const [first = ''] = await ids(store, 'metric_blocks');
    const body = await readCell(store, block(first));
    body.writeUInt8(body.readUInt8(40) ^ 1, 40);
    await writeCell(store, block(first), body);
  },
  'a block cut at its end': async (store) => {
    const [first = ''] = await ids(store, 'metric_blocks');
    const body = await readCell(store, block(first));
    await writeCell(store, block(first), body.subarray(0, -1));
  },
  'a block moved to another row': async (store) => {
    const [first = '', second = ''] = await ids(store, 'metric_blocks');
    await writeCell(store, block(second), await readCell(store, block(first)));
  },
  'a block put in the place of a list': async (store) => {
    const [first = ''] = await ids(store, 'metric_blocks');
    const [list = ''] = await ids(store, 'metric_series');
    await writeCell(store, piece(list), await readCell(store, block(first)));
  },
  'a block of another tenant': async (store) => {
    const other = await openFilled();
    const [own = ''] = await ids(store, 'metric_blocks');
    const [theirs = ''] = await ids(other, 'metric_blocks');
    await writeCell(store, block(own), await readCell(other, block(theirs)));
  },
  'a block moved to other days': async (store) => {
    await store.look(
      `UPDATE metric_blocks SET from_day = from_day + 7, to_day = to_day + 7 WHERE folded`,
    );
  },
  'an older block made to pass for the newest': async (store) => {
    await store.look('UPDATE metric_blocks SET written = 99 WHERE folded');
  },
  'blocks hung on another metric': async (store) => {
    await store.look(
      `UPDATE metric_blocks SET set_id = (SELECT id FROM metric_sets WHERE metric = '${METRIC}')`,
    );
  },
  'a metric under the name of another': async (store) => {
    await store.look(`DELETE FROM metric_sets WHERE metric = '${METRIC}'`);
    await store.look(`UPDATE metric_sets SET metric = '${METRIC}'`);
  },
  'a metric under another integration': async (store) => {
    const other = await openStore(plane, store.tenant);
    await store.look(`UPDATE metric_sets SET integration_id = '${other.integrationId}'`);
  },
  'a list of series taken away': async (store) => {
    await store.look('DELETE FROM metric_series');
  },
};

describe.each(Object.keys(CHANGES))('%s', (kind) => {
  test('is refused by name, told to the tenant, and folded into nothing', async () => {
    const store = await openFilled();
    await CHANGES[kind]?.(store);
    plane.told.length = 0;
    await expect(readAll(store)).rejects.toMatchObject({ code: 'sealed_value_broken' });
    const before = await store.everyRow();
    const compaction = await store.compact().catch((error: { code: string }) => error.code);
    if (compaction === 'sealed_value_broken') expect(await store.everyRow()).toEqual(before);
    await expect(readAll(store)).rejects.toMatchObject({ code: 'sealed_value_broken' });
    expect(plane.told.length).toBeGreaterThanOrEqual(2);
    expect(new Set(plane.told.map(({ code }) => code))).toEqual(new Set(['sealed_value_broken']));
  });
});
