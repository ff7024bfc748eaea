import { describe, expect, it } from '@jest/globals';
import { addDays, type Day } from '../../../src/kernel/calendar.js';
import { seeded } from '../../support/seeded.js';
import { askJson, type Case, type MadeSeries, VISITS } from './support/made-data.js';

const FROM = '2026-01-01';
const DAYS = 12;
const ROUNDS = 500;
const TO = addDays(FROM, DAYS - 1);

const NAMES = ['channel', 'country', 'device', 'page'];

const METRICS = VISITS.filter(
  ({ breakdowns, aggregation }) => breakdowns && aggregation.kind === 'sum',
);

function seededBelow(seed: number): (below: number) => number {
  const random = seeded(seed);
  return (below) => Math.floor(random() * below);
}

function oneOf<T>(list: readonly T[], below: (most: number) => number): T {
  return list[below(list.length)] as T;
}

/** Points of random names: most of them those of a cut, some of none. */
function randomSeries(below: (most: number) => number): MadeSeries[] {
  const found = new Map<string, MadeSeries>();
  for (let at = 0; at < 60; at += 1) {
    const { key, unit, breakdowns = [] } = oneOf(METRICS, below);
    const cut = below(5) === 0 ? NAMES.filter(() => below(2) === 0) : oneOf(breakdowns, below);
    const dimensions = Object.fromEntries(cut.toSorted().map((name) => [name, `v${below(3)}`]));
    const currency = unit === 'money' ? ['EUR', 'USD'][below(2)] : undefined;
    const points: Record<Day, number> = {};
    for (let day = 0; day < DAYS; day += 1)
      if (below(3) > 0) points[addDays(FROM, day)] = below(900);
    found.set(JSON.stringify([key, currency, dimensions]), {
      integration: 'int_v',
      metric: key,
      dimensions,
      ...(currency === undefined ? {} : { currency }),
      points,
    });
  }
  return [...found.values()];
}

interface Question {
  metric: string;
  groupBy: string[];
  filter: string[];
}

/** As simply as it can be said: the cut, its points one by one, and where each of them goes. */
function naive(series: readonly MadeSeries[], { metric, groupBy, filter }: Question) {
  const breakdowns = METRICS.find(({ key }) => key === metric)?.breakdowns ?? [];
  const asked = [...groupBy, ...filter.map((it) => it.split(':')[0] ?? '')];
  const cut = breakdowns.find((names) => asked.every((name) => names.includes(name)));
  if (cut === undefined) return 'breakdown_not_offered';
  const sums: Record<string, Record<Day, number>> = {};
  for (const { dimensions = {}, ...one } of series) {
    if (one.metric !== metric) continue;
    if (Object.keys(dimensions).toSorted().join() !== cut.toSorted().join()) continue;
    if (
      filter.some(
        (it) => !filter.includes(`${it.split(':')[0]}:${dimensions[it.split(':')[0] ?? '']}`),
      )
    )
      continue;
    const group = nameOf(
      one.currency,
      Object.fromEntries(groupBy.map((it) => [it, dimensions[it]])),
    );
    for (const [day, value] of Object.entries(one.points)) {
      const sum = (sums[group] ??= {});
      sum[day] = (sum[day] ?? 0) + value;
    }
  }
  return sums;
}

function nameOf(
  currency: string | undefined,
  dimensions: Record<string, string | undefined>,
): string {
  const names = Object.keys(dimensions).toSorted();
  return [currency ?? '-', ...names.map((name) => `${name}=${dimensions[name]}`)].join(' ');
}

function answered(made: Case, question: Question) {
  try {
    const { series } = askJson(made, { ...question, from: FROM, to: TO });
    return Object.fromEntries(
      series.map(
        (it: {
          currency?: string;
          dimensions: Record<string, string>;
          points: [Day, number][];
        }) => [
          nameOf(it.currency, it.dimensions),
          Object.fromEntries(
            it.points
              .filter(([, value]) => value !== 0)
              .map(([day, value]) => [day, it.currency ? Math.round(value * 100) : value]),
          ),
        ],
      ),
    );
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** Zero is what a day without points has as well. */
function withoutZeros(sums: ReturnType<typeof naive>) {
  if (typeof sums === 'string') return sums;
  return Object.fromEntries(
    Object.entries(sums).map(([group, days]) => [
      group,
      Object.fromEntries(Object.entries(days).filter(([, value]) => value !== 0)),
    ]),
  );
}

describe('random points in random cuts, asked at random', () => {
  it('give what adding up the points of one cut gives, or the same refusal', () => {
    const seen = { refused: 0, groups: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const below = seededBelow(round + 1);
      const series = randomSeries(below);
      const made = { series, integrations: [{ id: 'int_v', provider: 'visits', timeZone: 'UTC' }] };
      const { key: metric, dimensions } = oneOf(METRICS, below);
      const some = (of: number) => dimensions.filter(() => below(of) === 0);
      const question = {
        metric,
        groupBy: some(3),
        filter: some(4).flatMap((name) => [`${name}:v0`, ...(below(2) ? [`${name}:v1`] : [])]),
      };
      const truth = withoutZeros(naive(series, question));
      expect([round, question, answered(made, question)]).toEqual([round, question, truth]);
      if (typeof truth === 'string') seen.refused += 1;
      else seen.groups += Object.keys(truth).length;
    }
    expect(seen.refused).toBeGreaterThan(30);
    expect(seen.groups).toBeGreaterThan(300);
  });
});
