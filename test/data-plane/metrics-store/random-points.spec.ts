import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Point } from '../../../src/connectors/kit/points.js';
import { addDays } from '../../../src/kernel/calendar.js';
import type { TenantRecord } from '../../../src/tenancy/tenant-record.js';
import {
  daysBetween,
  daysFrom,
  openStore,
  point,
  pointsOf,
  sorted,
  statesOf,
} from './support/open-store.js';
import { startPlane, type StorePlane } from './support/start-plane.js';

let plane: StorePlane;
let tenant: TenantRecord;

beforeAll(async () => {
  plane = await startPlane();
  tenant = await plane.openTenant();
});
afterAll(() => plane.close());

const FROM = '2023-11-20';
const DAYS = 500;
const METRICS = ['a.first', 'b.second'];

/** The same numbers in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** Of every size and both signs, the largest and the smallest among them. */
function valueOf(roll: (sides: number) => number): number {
  const size = [1, 2 ** 6, 2 ** 13, 2 ** 20, 2 ** 27, 2 ** 34, 2 ** 48, 2 ** 53][roll(8)] as number;
  const value = size - 1 - roll(2) * roll(Math.min(size, 1_000));
  return roll(3) === 0 ? 0 - value : value;
}

function randomPoints(
  roll: (sides: number) => number,
  from: string,
  to: string,
  metrics: readonly string[],
): Point[] {
  const points: Point[] = [];
  const density = 1 + roll(4);
  for (const metric of metrics) {
    for (let series = roll(6); series > 0; series -= 1) {
      const dimensions = [{}, { country: 'DE' }, { country: 'FR', plan: 'gold' }, { plan: 'x"y' }];
      const more = {
        metric,
        currency: ['EUR', 'JPY', null][series % 3] as string | null,
        digits: [2, 0, 0][series % 3] as number,
        dimensions: dimensions[roll(4)] as Record<string, string>,
      };
      const days = daysFrom(from, daysBetween(from, to)).filter(() => roll(4) < density);
      points.push(...days.map((day) => point(day, valueOf(roll), more)));
    }
  }
  const byName = new Map(
    points.map((it) => [JSON.stringify([it.metric, it.currency, it.dimensions, it.day]), it]),
  );
  return [...byName.values()];
}

test.each([1, 2, 3, 4])(
  'whatever is written, in whatever order and with compaction between, reads as a plain list would (%d)',
  async (seed) => {
    const roll = dice(seed);
    const store = await openStore(plane, tenant);
    let truth: Point[] = [];
    const states = new Map<string, string>();
    for (let write = 0; write < 30; write += 1) {
      const from = addDays(FROM, roll(DAYS));
      const to = addDays(from, roll(roll(2) === 0 ? 3 : 200));
      const metrics = METRICS.slice(0, 1 + roll(2));
      const points = randomPoints(roll, from, to, metrics);
      const provisionalFrom = addDays(from, roll(250) - 20);
      await store.replace({ metrics, from, to, points, provisionalFrom });
      const isReplaced = ({ day, metric }: Point) =>
        metrics.includes(metric) && day >= from && day <= to;
      truth = [...truth.filter((it) => !isReplaced(it)), ...points];
      for (const metric of metrics) {
        for (const day of daysFrom(from, daysBetween(from, to))) {
          states.set(`${metric} ${day}`, day < provisionalFrom ? '1' : '2');
        }
      }
      if (roll(6) === 0) await store.compact(1 + roll(4));
      if (roll(3) > 0) continue;
      const asked = { from: addDays(FROM, roll(DAYS)), to: addDays(FROM, DAYS + roll(250)) };
      const data = await store.read({ ...asked, metrics: METRICS });
      const expected = truth.filter(({ day }) => day >= asked.from && day <= asked.to);
      expect(pointsOf(data)).toEqual(sorted(expected));
      for (const { metric } of data.coverage) {
        const days = daysFrom(asked.from, daysBetween(asked.from, asked.to));
        const known = days.map((day) => states.get(`${metric} ${day}`) ?? '0');
        expect(statesOf(data, metric)).toBe(known.join(''));
      }
    }
    await store.compact();
    const all = await store.read({ from: FROM, to: addDays(FROM, 900), metrics: METRICS });
    expect(pointsOf(all)).toEqual(sorted(truth));
    expect(truth.length).toBeGreaterThan(500);
  },
  60_000,
);
