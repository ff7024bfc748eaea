import { describe, expect, it } from '@jest/globals';
import { JsonBytes, openingsOf } from '../../../src/data-plane/metrics/query/json-bytes.js';
import { textAt, type Values } from '../../../src/data-plane/metrics/query/values.js';
import { addDays } from '../../../src/kernel/calendar.js';
import { seeded } from '../../support/seeded.js';

const ROUNDS = 300;
const EDGES = [0, -0, 1, -1, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, Number.NaN];

const days = Array.from({ length: 80 }, (_, at) => addDays('2026-01-01', at));
const openings = openingsOf(days);
const textOf = (values: Values, at: number) => `["${days[at]}",${textAt(values, at) ?? 'null'}]`;
const textsOf = (values: Values) => Array.from(values.numbers, (_, at) => textOf(values, at));

/** Whole numbers of all sizes, some that are none, and with luck some that no float can hold. */
function randomValues(random: () => number): Values {
  const below = (most: number) => Math.floor(random() * most);
  const number = (): number => {
    if (random() < 0.3) return EDGES[below(EDGES.length)] as number;
    const size = 10 ** (1 + below(15));
    return below(2 * size) - size;
  };
  const numbers = Float64Array.from({ length: below(days.length) }, number);
  const big = new Map<number, bigint>();
  if (numbers.length > 0 && random() < 0.3) {
    for (let left = below(4); left > 0; left -= 1) {
      big.set(below(numbers.length), -(7n ** BigInt(20 + below(60))));
    }
  }
  return { digits: below(random() < 0.8 ? 4 : 40), numbers, big: big.size === 0 ? null : big };
}

describe('points as JSON', () => {
  it('say exactly what the values are, whatever their size', () => {
    const random = seeded(1);
    for (let round = 0; round < ROUNDS; round += 1) {
      const all = Array.from({ length: 30 }, () => randomValues(random));
      const json = new JsonBytes();
      for (const values of all) {
        json.points(values, openings);
        json.text('|');
      }
      const expected = all.map((values) => `${textsOf(values).join()}|`).join('');
      expect(json.finish().toString()).toBe(expected);
    }
  });

  it('can be written one by one', () => {
    const random = seeded(2);
    for (let round = 0; round < ROUNDS; round += 1) {
      const values = randomValues(random);
      const json = new JsonBytes();
      values.numbers.forEach((_, at) => json.point(values, at, openings));
      expect(json.finish().toString()).toBe(textsOf(values).join(''));
    }
  });
});
