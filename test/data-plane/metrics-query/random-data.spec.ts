import { describe, expect, it } from '@jest/globals';
import { periodStart } from '../../../src/data-plane/metrics/query/periods.js';
import { addDays, type Day } from '../../../src/kernel/calendar.js';
import { seeded } from '../../support/seeded.js';
import { askText, type Case, type MadeSeries } from './support/made-data.js';

const GRANULARITIES = ['day', 'week', 'month', 'quarter'] as const;
const FROM = '2023-12-20';
const DAYS = 140;
const ROUNDS = 60;

function randomSeries(metric: string, random: () => number): MadeSeries[] {
  const below = (most: number) => Math.floor(random() * most);
  const seen = new Set<string>();
  return Array.from({ length: 12 }, () => ({
    currency: ['EUR', 'JPY', 'KWD'][below(3)] ?? 'EUR',
    payment_type: ['card', 'sepa', 'x'][below(3)] ?? 'card',
  }))
    .filter(({ currency, payment_type }) => {
      const key = `${currency} ${payment_type}`;
      return !seen.has(key) && seen.add(key);
    })
    .map(({ currency, payment_type }) => {
      const points: Record<Day, number> = {};
      for (let at = 0; at < DAYS; at += 1) {
        if (random() < 0.4) continue;
        const size = random() < 0.3 ? Number.MAX_SAFE_INTEGER : 1_000_000;
        points[addDays(FROM, at)] = Math.floor((random() * 2 - 1) * size);
      }
      const digits = { EUR: 2, JPY: 0, KWD: 3 }[currency] ?? 2;
      const dimension = metric === 'mrr.total' ? 'product' : 'payment_type';
      return { metric, currency, digits, dimensions: { [dimension]: payment_type }, points };
    });
}

/** Day by day, in whole numbers of any size, as simply as it can be said. */
function naive(
  made: Case,
  question: { metric: string; from: Day; to: Day; granularity: (typeof GRANULARITIES)[number] },
  currency: string,
): (bigint | null)[] {
  const known = (day: Day) => (made.known ?? []).some((it) => it.from <= day && day <= it.to);
  const periods = new Map<Day, Day[]>();
  for (let day = question.from; day <= question.to; day = addDays(day, 1)) {
    const start = periodStart(day, question.granularity, 'monday');
    periods.set(start, [...(periods.get(start) ?? []), day]);
  }
  const sumOn = (days: readonly Day[]): bigint | null => {
    const values = made.series
      .filter((it) => it.currency === currency)
      .flatMap(({ points }) => days.flatMap((day) => points[day] ?? []));
    return values.length === 0 ? null : values.reduce((sum, value) => sum + BigInt(value), 0n);
  };
  return [...periods.values()].map((days) => {
    const read = days.filter(known);
    if (read.length === 0) return null;
    return question.metric === 'mrr.total' ? sumOn(read.slice(-1)) : (sumOn(read) ?? 0n);
  });
}

describe('sums and states of random days', () => {
  it('equal those added up one by one in whole numbers', () => {
    let compared = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const random = seeded(round + 1);
      const day = () => addDays(FROM, Math.floor(random() * DAYS));
      const metric = round % 2 === 0 ? 'payments.gross_volume' : 'mrr.total';
      const gap = day();
      const known = [
        { from: FROM, to: addDays(gap, -1) },
        { from: addDays(gap, Math.floor(random() * 40)), to: addDays(FROM, DAYS) },
      ];
      const isKnown = (on: Day) => known.some((it) => it.from <= on && on <= it.to);
      // A day that was never read has no values.
      const series = randomSeries(metric, random).map((one) => ({
        ...one,
        points: Object.fromEntries(Object.entries(one.points).filter(([on]) => isKnown(on))),
      }));
      const made: Case = { series, known };
      const [one, two] = [day(), day()];
      const question = {
        metric,
        from: one < two ? one : two,
        to: one < two ? two : one,
        granularity: GRANULARITIES[Math.floor(random() * 4)] ?? 'day',
      };
      const text = askText(made, question);
      for (const [, currency = '', points = ''] of text.matchAll(
        /"currency":"(\w+)".*?"points":\[(.*?)\]\}/g,
      )) {
        const values = [...points.matchAll(/,(null|-?[\d.]+)\]?(?=,\[|\]|$)/g)].map(
          ([, value = '']) => (value === 'null' ? null : BigInt(value.replace('.', ''))),
        );
        expect([round, currency, values]).toEqual([
          round,
          currency,
          naive(made, question, currency),
        ]);
        compared += values.length;
      }
    }
    expect(compared).toBeGreaterThan(1_000);
  });
});
