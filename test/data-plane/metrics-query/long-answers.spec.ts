import { describe, expect, it } from '@jest/globals';
import { decimalText } from '../../../src/data-plane/metrics/query/decimal-text.js';
import { addDays } from '../../../src/kernel/calendar.js';
import { askJson } from './support/made-data.js';

const GROSS = 'payments.gross_volume';
const FROM = '2022-01-01';
const DAYS = 1_500;

/** Sizes at which another way of writing begins, in turns. */
const VALUES = [
  0,
  -1,
  9,
  -10,
  100,
  12_345,
  -2_147_483_647,
  2_147_483_647,
  -2_147_483_648,
  2_147_483_648,
  Number.MAX_SAFE_INTEGER,
  -Number.MAX_SAFE_INTEGER,
];

describe('an answer of many points', () => {
  it('has each of them at its day, whatever their size, and text of any script', () => {
    const names = Array.from({ length: 12 }, (_, at) => `Größe "${at}" \\ 大 😀`);
    const series = names.map((payment_type, at) => ({
      metric: GROSS,
      currency: 'KWD',
      digits: 3,
      dimensions: { payment_type },
      points: Object.fromEntries(
        Array.from({ length: DAYS }, (_, day) => [addDays(FROM, day), valueAt(at, day)]),
      ),
    }));
    const answer = askJson(
      { series, known: [{ from: FROM, to: addDays(FROM, DAYS - 1) }] },
      { metric: GROSS, groupBy: ['payment_type'], from: FROM, to: addDays(FROM, DAYS) },
    );
    expect(answer.series).toHaveLength(names.length);
    for (const { dimensions, points } of answer.series) {
      const at = names.indexOf(dimensions.payment_type);
      expect(points).toEqual([
        ...Array.from({ length: DAYS }, (_, day) => [
          addDays(FROM, day),
          Number(decimalText(valueAt(at, day), 3)),
        ]),
        [addDays(FROM, DAYS), null],
      ]);
    }
  });

  it('is refused above a limit, which the error tells', () => {
    const days = { from: '2016-01-01', to: '2025-12-31' };
    const series = Array.from({ length: 420 }, (_, at) => ({
      metric: 'payments.count',
      dimensions: { failure_code: `f${at}` },
      points: { '2020-01-05': 1 },
    }));
    const question = { metric: 'payments.count', groupBy: ['failure_code'], ...days };
    expect(() => askJson({ series }, question)).toThrow(
      expect.objectContaining({
        code: 'query_too_large',
        fields: { points: 420 * 3653, maxPoints: 1_500_000 },
      }),
    );
    expect(askJson({ series }, { ...question, top: 5 }).series).toHaveLength(6);
  });
});

function valueAt(series: number, day: number): number {
  return VALUES[(series + day) % VALUES.length] ?? 0;
}
