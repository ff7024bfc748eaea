import { describe, expect, it } from '@jest/globals';
import {
  Accumulator,
  type AccumulatorOptions,
} from '../../../src/connectors/kit/accumulator/accumulator.js';
import { declaredMetrics } from '../../../src/connectors/kit/accumulator/declared-metrics.js';
import { DimensionGuard } from '../../../src/connectors/kit/guard/dimension-guard.js';
import type { MetricDefinition } from '../../../src/connectors/kit/metric.js';
import type { Point } from '../../../src/connectors/kit/points.js';
import { MappingError } from '../../../src/connectors/kit/provider-errors.js';
import { dayOfSlice, NaiveAccumulator } from './naive-accumulator.js';

const FROM = '2026-01-25';
const TO = '2026-02-10';

const metric = (key: string, more: Partial<MetricDefinition> = {}): MetricDefinition => ({
  key,
  title: key,
  description: key,
  unit: 'count',
  dimensions: ['kind', 'place'],
  aggregation: { kind: 'sum' },
  ...more,
});

const METRICS = [
  metric('revenue', { unit: 'money' }),
  metric('count'),
  metric('plain', { dimensions: [] }),
  metric('state', { aggregation: { kind: 'last' } }),
  metric('people', { aggregation: { kind: 'unique', per: 'day' } }),
  metric('median', { aggregation: { kind: 'median', per: 'month' } }),
  metric('share', {
    aggregation: {
      kind: 'ratio',
      numerator: [{ metric: 'count', factor: 1 }],
      denominator: [{ metric: 'plain', factor: 1 }],
    },
  }),
  metric('elsewhere'),
];

function accumulator(more: Partial<AccumulatorOptions> = {}): Accumulator {
  const names = METRICS.map(({ key }) => key).filter((key) => key !== 'elsewhere');
  return new Accumulator({
    from: FROM,
    to: TO,
    today: TO,
    metrics: declaredMetrics(
      { metrics: METRICS },
      { name: 'all', metrics: names, todayMetrics: ['state'] },
    ),
    guard: new DimensionGuard(),
    ...more,
  });
}

function keyed(points: readonly Point[]): Record<string, number> {
  const pairs = points.map(({ metric, currency, dimensions, day, value }) => {
    const { kind = '-', place = '-' } = dimensions;
    return [`${metric} ${currency ?? ''} ${kind} ${place}|${day}`, value] as const;
  });
  return Object.fromEntries([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A long day's work by chance, done to both; saved and restored here and there. */
function workBoth(seed: number, steps: number): { ours: Accumulator; naive: NaiveAccumulator } {
  const pick = numbers(seed);
  const naive = new NaiveAccumulator(FROM, TO);
  let ours = accumulator();
  for (let step = 0; step < steps; step += 1) {
    // Some days are outside.
    const day = dayOfSlice(FROM, pick(25) - 4);
    const kind = ['a', 'b 1:x', 'ü|', '__proto__'][pick(4)] ?? 'a';
    const place = pick(3) === 0 ? undefined : ['here', '', '(other)'][pick(3)];
    const dimensions = { kind, ...(place === undefined ? {} : { place }) };
    const where = `${kind} ${place ?? '-'}`;
    const currency = pick(2) === 0 ? 'EUR' : 'JPY';
    switch (pick(5)) {
      case 0: {
        // Near the end of what a number holds; they cancel out.
        const big = pick(6) === 0 ? 2n ** 70n : BigInt(pick(1_000_000) - 500_000);
        ours.add('revenue', day, big, { currency, dimensions });
        ours.add('revenue', day, big > 2n ** 60n ? -big : 1, { currency, dimensions });
        naive.add(`revenue ${currency} ${where}`, day, big > 2n ** 60n ? 0n : big + 1n);
        break;
      }
      case 1: {
        const numerator = BigInt(pick(2_000) - 1_000);
        const denominator = BigInt([2, 3, 4, 7, 12, 30, 365][pick(7)] ?? 1);
        ours.addFraction('count', day, numerator, -denominator, { dimensions });
        naive.add(`count  ${where}`, day, -numerator, denominator);
        break;
      }
      case 2: {
        const value = pick(1_000);
        ours.set('people', day, value, { dimensions });
        naive.set(`people  ${where}`, day, BigInt(value));
        break;
      }
      case 3: {
        const value = pick(40) - 20;
        ours.collect('median', day, value, { dimensions });
        naive.collect(`median  ${where}`, day, value);
        break;
      }
      default:
        ours.add('plain', day, 1);
        naive.add('plain  - -', day, 1n);
    }
    if (pick(150) === 0) {
      const saved: unknown = JSON.parse(JSON.stringify(ours.save()));
      ours = accumulator();
      ours.restore(saved);
    }
  }
  return { ours, naive };
}

describe('the sums of a slice', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'are those of an exact count of everything, also when saved and restored on the way (%i)',
    (seed) => {
      const { ours, naive } = workBoth(seed, 3_000);
      const truth = naive.points();
      expect(Object.keys(truth).length).toBeGreaterThan(150);
      expect(keyed(ours.points())).toEqual(truth);
    },
  );

  it('add a million cents up to the cent', () => {
    const sums = accumulator();
    for (let count = 0; count < 1_000_000; count += 1) sums.add('plain', FROM, 1);
    expect(sums.points()).toMatchObject([{ value: 1_000_000 }]);
  });

  it('round once, at the end, half to even', () => {
    const sums = accumulator();
    for (let count = 0; count < 3; count += 1) sums.addFraction('plain', FROM, 1n, 2n);
    sums.addFraction('plain', TO, -5n, 2n);
    // 1.5 and -2.5
    expect(sums.points().map(({ value }) => value)).toEqual([2, -2]);
  });

  it('tell the digits of each currency', () => {
    const sums = accumulator();
    for (const currency of ['EUR', 'JPY', 'KWD']) sums.add('revenue', FROM, 5, { currency });
    expect(sums.points().map(({ digits }) => digits)).toEqual([2, 0, 3]);
  });

  it('keep a day that was counted and came to nothing', () => {
    const sums = accumulator();
    sums.add('plain', FROM, 3);
    sums.add('plain', FROM, -3);
    expect(sums.points()).toMatchObject([{ day: FROM, value: 0 }]);
  });

  it('ignore days outside, and of what is known for today alone all others', () => {
    const sums = accumulator();
    sums.add('plain', '2026-01-24', 1);
    sums.add('plain', '2026-02-11', 1);
    sums.set('state', FROM, 1);
    sums.set('state', TO, 2);
    expect(keyed(sums.points())).toEqual({ 'state  - -|2026-02-10': 2 });
  });
});

describe('what a mapper may not do', () => {
  const EUR = { currency: 'EUR' };
  const wrongs: [string, (sums: Accumulator) => void][] = [
    ['a metric nobody defines', (sums) => sums.add('nothing', FROM, 1)],
    ['a metric of another stream', (sums) => sums.add('elsewhere', FROM, 1)],
    ['a ratio', (sums) => sums.add('share', FROM, 1)],
    ['money without a currency', (sums) => sums.add('revenue', FROM, 1)],
    ['money in no currency', (sums) => sums.add('revenue', FROM, 1, { currency: 'eur' })],
    ['a currency without money', (sums) => sums.add('count', FROM, 1, EUR)],
    ['a foreign dimension', (sums) => sums.add('count', FROM, 1, { dimensions: { shape: 'x' } })],
    [
      'a dimension that is no text',
      (sums) => sums.add('count', FROM, 1, { dimensions: { kind: 1 as never } }),
    ],
    ['a part of one', (sums) => sums.add('count', FROM, 1.5)],
    ['NaN', (sums) => sums.add('count', FROM, Number.NaN)],
    ['a number too large to be exact', (sums) => sums.add('count', FROM, 2 ** 53)],
    ['text for a number', (sums) => sums.add('count', FROM, '1' as never)],
    ['a fraction over zero', (sums) => sums.addFraction('count', FROM, 1n, 0n)],
    ['a day that is none', (sums) => sums.add('count', '2026-02-30', 1)],
    ['a day in another form', (sums) => sums.add('count', '2026-2-3', 1)],
    [
      'sums and medians in one',
      (sums) => {
        sums.collect('median', '2026-02-03', 1);
        sums.add('median', '2026-02-01', 1);
      },
    ],
  ];

  it.each(wrongs)('%s', (_, wrong) => {
    expect(() => wrong(accumulator())).toThrow(MappingError);
  });

  it('a sum beyond what the store keeps exactly', () => {
    const sums = accumulator();
    sums.add('count', FROM, 2n ** 53n);
    expect(() => sums.points()).toThrow(MappingError);
  });

  it('and it is told without what it was', () => {
    const told = (() => {
      try {
        accumulator().add('count', FROM, 1, { dimensions: { secretname: 'secretvalue' } });
      } catch (error) {
        return JSON.stringify([(error as MappingError).message, (error as MappingError).fields]);
      }
      return 'nothing';
    })();
    expect(told).toContain('count');
    expect(told).not.toContain('secret');
  });
});

describe('a value that must not be kept', () => {
  it('is withheld, and counted by rule, also over a restoration', () => {
    const sums = accumulator();
    const add = (kind: string) => sums.add('count', FROM, 1, { dimensions: { kind } });
    for (const kind of ['ada@example.com', 'ada@example.com', '4242 4242 4242 4242']) add(kind);
    const restored = accumulator();
    restored.restore(JSON.parse(JSON.stringify(sums.save())));
    restored.add('count', FROM, 1, { dimensions: { kind: 'bob@example.com' } });
    expect(keyed(restored.points())).toEqual({ 'count  (withheld) -|2026-01-25': 4 });
    expect(Object.fromEntries(restored.withheld)).toEqual({ 'email-address': 3, 'card-number': 1 });
  });
});

describe('too many series', () => {
  it('go together where they add up, and are counted', () => {
    const sums = accumulator({ maxSeries: 2 });
    for (const kind of ['a', 'b', 'c', 'd', 'a']) {
      sums.add('count', FROM, 1, { dimensions: { kind, place: 'x' } });
    }
    expect(keyed(sums.points())).toEqual({
      'count  (other) (other)|2026-01-25': 2,
      'count  a x|2026-01-25': 2,
      'count  b x|2026-01-25': 1,
    });
    expect(sums.crowdedOut).toBe(2);
  });

  it('say nothing where they do not', () => {
    const sums = accumulator({ maxSeries: 1 });
    for (const kind of ['a', 'b', 'c']) {
      sums.set('people', FROM, 7, { dimensions: { kind, place: 'x' } });
    }
    expect(keyed(sums.points())).toEqual({ 'people  a x|2026-01-25': 7 });
    expect(sums.crowdedOut).toBe(2);
  });

  it('are no reason to touch what the provider itself calls (other)', () => {
    const sums = accumulator();
    const dimensions = { kind: '(other)', place: '(other)' };
    sums.set('people', FROM, 7, { dimensions });
    sums.set('people', FROM, 8, { dimensions });
    expect(sums.points()).toMatchObject([{ value: 8 }]);
  });
});

describe('what was saved for another shape of metrics', () => {
  it('is refused, so that the slice begins anew', () => {
    const sums = accumulator();
    sums.add('count', FROM, 1);
    const saved = sums.save();
    const other = accumulator({
      metrics: declaredMetrics(
        { metrics: [metric('count', { dimensions: ['kind'] })] },
        { name: 'all', metrics: ['count'] },
      ),
    });
    expect(() => other.restore(saved)).toThrow(MappingError);
    expect(() => other.restore({ version: 2 })).toThrow(MappingError);
  });
});

describe('a metric that is cut in several ways', () => {
  const visits = metric('visits', {
    dimensions: ['channel', 'country', 'device'],
    breakdowns: [['channel'], ['country', 'device']],
  });
  const sums = () =>
    accumulator({
      metrics: declaredMetrics({ metrics: [visits] }, { name: 'visits', metrics: ['visits'] }),
    });

  it('takes points of exactly one cut', () => {
    const cut = sums();
    cut.add('visits', TO, 3, { dimensions: { channel: 'Direct' } });
    cut.add('visits', TO, 3, { dimensions: { country: 'DE', device: 'mobile' } });
    expect(cut.points()).toHaveLength(2);
  });

  it.each([
    ['none of a cut’s dimensions', {}],
    ['a part of a cut', { country: 'DE' }],
    ['dimensions of two cuts', { channel: 'Direct', country: 'DE', device: 'mobile' }],
  ])('refuses a point with %s', (_, dimensions) => {
    expect(() => sums().add('visits', TO, 3, { dimensions })).toThrow(/none of its cuts/);
    expect(() => sums().add('visits', TO, 3)).toThrow(MappingError);
  });
});
