import type { TrueValue } from '../../../sandbox/business/true-value.js';
import type { MetricDefinition, RatioTerm } from '../../../src/connectors/kit/metric.js';
import { currencyDigits } from '../../../src/kernel/currency.js';
import { type Exact, exact, NOTHING, plus, quotient } from './exact-quotient.js';
import { keyOf, type Values } from './truth.js';

export type Granularity = 'day' | 'month';

export interface RatioQuestion {
  ratio: MetricDefinition;
  parts: ReadonlyMap<string, MetricDefinition>;
  /** Dimensions that it is told apart by. */
  names: readonly string[];
  granularity: Granularity;
  /** Digits that answers have; null: those of the currency. */
  digits: number | null;
}

/**
 * A ratio from the truth of its parts, by period, currency and dimensions. Where one of them is told apart
 * in several ways, each way is the whole: the first that has the dimensions asked for is taken.
 */
export function quotients(rows: readonly TrueValue[], question: RatioQuestion): Values {
  const { ratio, granularity } = question;
  if (ratio.aggregation.kind !== 'ratio') throw new Error(`${ratio.key} is no ratio.`);
  if ([...question.parts.values()].some((part) => part.aggregation.kind !== 'sum')) {
    throw new Error(`${ratio.key} has parts that are no sums.`);
  }
  const above = sumTerms(rows, ratio.aggregation.numerator, question);
  const below = sumTerms(rows, ratio.aggregation.denominator, question);
  const found = new Map<string, number>();
  for (const [key, group] of below) {
    const value = quotient(above.get(key)?.sum ?? NOTHING, group.sum, shapeOf(question, group.row));
    if (value !== null && value !== 0) {
      const { day, currency, dimensions } = group.row;
      found.set(keyOf(periodOf(day, granularity), currency, dimensions), value);
    }
  }
  return found;
}

/**
 * A ratio from its own rows, which tell numerator and denominator; none where they are not told by these
 * dimensions.
 */
export function ownQuotients(rows: readonly TrueValue[], question: RatioQuestion): Values {
  const { ratio, names, granularity } = question;
  const own = rows.filter((row) => row.metric === ratio.key && row.denominator !== undefined);
  const cut = toldBy(own).find((it) => names.every((name) => it.includes(name))) ?? null;
  const sums = new Map<string, { row: TrueValue; above: Exact; below: Exact }>();
  for (const row of own.filter((it) => cut !== null && areSame(it, cut))) {
    const dimensions = ofNames(row, names);
    const key = keyOf(periodOf(row.day, granularity), row.currency, dimensions);
    const { above, below } = sums.get(key) ?? { above: NOTHING, below: NOTHING };
    sums.set(key, {
      row,
      above: plus(above, exact(row.numerator ?? '0')),
      below: plus(below, exact(row.denominator ?? '0')),
    });
  }
  const found = new Map<string, number>();
  for (const [key, { row, above, below }] of sums) {
    const value = quotient(above, below, shapeOf(question, row));
    if (value !== null && value !== 0) found.set(key, value);
  }
  return found;
}

/** The sets of dimensions that the rows are told by. */
function toldBy(rows: readonly TrueValue[]): string[][] {
  const cuts = rows.map(({ dimensions }) => Object.keys(dimensions).toSorted());
  return [...new Map(cuts.map((cut) => [cut.join(), cut])).values()];
}

function ofNames({ dimensions }: TrueValue, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, dimensions[name] ?? '']));
}

type Sums = Map<string, { row: TrueValue; sum: Exact }>;

function sumTerms(
  rows: readonly TrueValue[],
  terms: readonly RatioTerm[],
  question: RatioQuestion,
): Sums {
  const sums: Sums = new Map();
  const currency = soleCurrency(rows, question);
  for (const { metric, factor } of terms) {
    for (const row of cutOf(rows, metric, question)) {
      const dimensions = ofNames(row, question.names);
      const told = row.currency ?? currency;
      // Among several currencies a count belongs to none.
      if (told === null) continue;
      const key = keyOf(periodOf(row.day, question.granularity), told, dimensions);
      const sum = plus(sums.get(key)?.sum ?? NOTHING, exact(row.value), factor);
      const { currency: _, ...rest } = row;
      sums.set(key, {
        row: { ...rest, ...(told === undefined ? {} : { currency: told }), dimensions },
        sum,
      });
    }
  }
  return sums;
}

/** What a count beside money is of: undefined where no part is money, null where there are several. */
function soleCurrency(
  rows: readonly TrueValue[],
  { parts }: RatioQuestion,
): string | null | undefined {
  const money = [...parts.values()].filter(({ unit }) => unit === 'money').map(({ key }) => key);
  const found = new Set(
    rows.filter(({ metric }) => money.includes(metric)).map(({ currency }) => currency),
  );
  const [currency] = found;
  return found.size > 1 ? null : currency;
}

function cutOf(
  rows: readonly TrueValue[],
  metric: string,
  { names, parts }: RatioQuestion,
): readonly TrueValue[] {
  const own = rows.filter((row) => row.metric === metric);
  const cuts = parts.get(metric)?.breakdowns ?? toldBy(own);
  const cut = cuts.find((it) => names.every((name) => it.includes(name)));
  if (cut !== undefined) return own.filter((row) => areSame(row, cut));
  if (own.length > 0) throw new Error(`The truth does not tell ${metric} by ${names.join(', ')}.`);
  return [];
}

function areSame({ dimensions }: TrueValue, names: readonly string[]): boolean {
  const own = Object.keys(dimensions);
  return own.length === names.length && names.every((name) => own.includes(name));
}

function shapeOf({ ratio, digits }: RatioQuestion, { currency }: TrueValue) {
  return {
    digits: digits ?? currencyDigits(currency ?? ''),
    times: ratio.unit === 'percent' ? 100 : 1,
  };
}

function periodOf(day: string, granularity: Granularity): string {
  return granularity === 'month' ? `${day.slice(0, 7)}-01` : day;
}
