import { dayNumber, dayOfNumber, isDay, type Day } from '../../../kernel/calendar.js';
import { roundHalfEven } from '../../../kernel/fraction.js';
import { digitsOf, type MetricDefinition } from '../metric.js';
import type { Point, PointSink, SeriesLabel } from '../points.js';
import { MappingError } from '../provider-errors.js';
import { boundedFraction, boundedSum } from './bounded-fraction.js';
import type { DeclaredMetric } from './declared-metrics.js';
import { sumOf, wholeOf, type Whole } from './exact-sum.js';
import { LabelChecker, type ValueGuard } from './label-checker.js';
import { medianOf, tallyValue } from './median.js';
import { type SavedPoints, restorePoints, savePoints } from './saved-points.js';
import { Series, seriesKey } from './series.js';

export interface AccumulatorOptions {
  from: Day;
  to: Day;
  today: Day;
  metrics: ReadonlyMap<string, DeclaredMetric>;
  guard: ValueGuard;
  /** Series told apart; what comes on top goes to `(other)`. */
  maxSeries?: number;
}

const MAX_SERIES = 5_000;
const OTHER = '(other)';

/** The sums of one slice while its pages are read. As large as the slice has series, however many records. */
export class Accumulator implements PointSink {
  readonly #series = new Map<string, Series>();
  readonly #labels: LabelChecker;
  readonly #first: number;
  readonly #last: number;
  readonly #days = new Map<Day, number | null>();
  #crowdedOut = 0;

  constructor(private readonly options: AccumulatorOptions) {
    this.#labels = new LabelChecker(options.guard);
    this.#first = dayNumber(options.from);
    this.#last = dayNumber(options.to);
  }

  /** Values that were withheld, by the guard's rule. */
  get withheld(): ReadonlyMap<string, number> {
    return this.#labels.withheld;
  }

  /** How often a value went to `(other)` because there were too many series. */
  get crowdedOut(): number {
    return this.#crowdedOut;
  }

  add(metric: string, day: Day, value: Whole, label?: SeriesLabel): void {
    const whole = wholeOf(value, metric);
    const place = this.#place(metric, day, label);
    if (place === null) return;
    const { sums } = summed(place.series);
    sums.set(place.at, sumOf(sums.get(place.at) ?? 0, whole));
  }

  addFraction(
    metric: string,
    day: Day,
    numerator: bigint,
    denominator: bigint,
    label?: SeriesLabel,
  ): void {
    const fraction = boundedFraction(numerator, denominator, metric);
    const place = this.#place(metric, day, label);
    if (place === null) return;
    const { fractions } = summed(place.series);
    const before = fractions.get(place.at);
    fractions.set(place.at, before === undefined ? fraction : boundedSum(before, fraction, metric));
  }

  set(metric: string, day: Day, value: Whole, label?: SeriesLabel): void {
    const whole = wholeOf(value, metric);
    const place = this.#place(metric, day, label);
    if (place === null) return;
    const { sums, fractions, metric: definition } = summed(place.series);
    if (place.crowded) {
      // Several series meet here. What adds up over dimensions is added; of the rest nothing is true.
      if (!addsUp(definition)) return;
      sums.set(place.at, sumOf(sums.get(place.at) ?? 0, whole));
      return;
    }
    fractions.delete(place.at);
    sums.set(place.at, whole);
  }

  collect(metric: string, day: Day, value: number, label?: SeriesLabel): void {
    const whole = wholeOf(value, metric);
    if (typeof whole !== 'number') throw new MappingError(`${metric}: a value too long`);
    const declared = this.#declared(metric);
    const isMonthly = declared.definition.aggregation.kind === 'median';
    // A point per month lies on the first day of it.
    const place = this.#place(metric, isMonthly ? `${day.slice(0, 7)}-01` : day, label);
    if (place === null) return;
    if (place.series.sums.size + place.series.fractions.size > 0) throw mixed(metric);
    let tally = place.series.tallies.get(place.at);
    if (tally === undefined) place.series.tallies.set(place.at, (tally = new Map()));
    tallyValue(tally, whole, metric);
  }

  /** What the slice came to. @throws MappingError where a value is too large for the store */
  points(): Point[] {
    const points: Point[] = [];
    for (const series of this.#series.values()) {
      const { metric, currency, dimensions } = series;
      const digits = digitsOf(metric, currency);
      for (const at of daysOf(series)) {
        const value = totalOf(series, at);
        points.push({
          metric: metric.key,
          day: dayOfNumber(this.#first + at),
          currency,
          dimensions,
          value,
          digits,
        });
      }
    }
    return points;
  }

  /** Everything so far as a value for JSON; holds what the points will hold, so it is sealed where it is kept. */
  save(): SavedPoints {
    return savePoints(this.#series.values(), this.withheld, this.#crowdedOut);
  }

  /** Goes on from what `save` gave for the same slice. @throws MappingError where it does not fit: begin anew */
  restore(saved: unknown): void {
    const restored = restorePoints(saved, this.options.metrics);
    this.#series.clear();
    this.#labels.withheld.clear();
    for (const series of restored.series) {
      this.#series.set(seriesKey(series.metric.key, series.currency, series.values), series);
    }
    for (const [rule, count] of restored.withheld) this.#labels.withheld.set(rule, count);
    this.#crowdedOut = restored.crowdedOut;
  }

  #declared(metric: string): DeclaredMetric {
    const declared = this.options.metrics.get(metric);
    if (declared === undefined) throw new MappingError('a metric that the stream does not declare');
    return declared;
  }

  /** Where a value goes; null for a day that is not this slice's. Everything is checked before that is known. */
  #place(
    metric: string,
    day: Day,
    label: SeriesLabel | undefined,
  ): { series: Series; at: number; crowded: boolean } | null {
    const { definition, todayOnly } = this.#declared(metric);
    if (definition.aggregation.kind === 'ratio')
      throw new MappingError(`${metric} is never stored`);
    const currency = this.#labels.currencyOf(definition, label);
    const at = this.#dayAt(day, metric);
    const ignored = at === null || (todayOnly && day !== this.options.today);
    if (ignored) return null;
    const values = this.#labels.valuesOf(definition, label);
    return { at, ...this.#seriesOf(definition, currency, values) };
  }

  #seriesOf(
    metric: MetricDefinition,
    currency: string | null,
    values: readonly (string | null)[],
  ): { series: Series; crowded: boolean } {
    const key = seriesKey(metric.key, currency, values);
    const found = this.#series.get(key);
    if (found !== undefined) return { series: found, crowded: this.#isCrowded(values) };
    const isFull = this.#series.size >= (this.options.maxSeries ?? MAX_SERIES);
    if (isFull && values.some((value) => value !== OTHER)) {
      this.#crowdedOut += 1;
      return this.#seriesOf(
        metric,
        currency,
        values.map(() => OTHER),
      );
    }
    const series = new Series(metric, currency, values);
    this.#series.set(key, series);
    return { series, crowded: this.#isCrowded(values) };
  }

  /** Whether several series may meet in this one. Providers have an `(other)` of their own, too. */
  #isCrowded(values: readonly (string | null)[]): boolean {
    return this.#crowdedOut > 0 && values.length > 0 && values.every((value) => value === OTHER);
  }

  #dayAt(day: Day, metric: string): number | null {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    if (typeof day !== 'string' || !isDay(day)) throw new MappingError(`${metric}: a day is none`);
    const number = dayNumber(day);
    const at = number < this.#first || number > this.#last ? null : number - this.#first;
    // Bounded by the days that there are; a provider that sends all of them makes us begin anew.
    if (this.#days.size > 20_000) this.#days.clear();
    this.#days.set(day, at);
    return at;
  }
}

function summed(series: Series): Series {
  if (series.tallies.size > 0) throw mixed(series.metric.key);
  return series;
}

function mixed(metric: string): MappingError {
  return new MappingError(`${metric} is both summed and collected`);
}

function addsUp({ aggregation }: MetricDefinition): boolean {
  return aggregation.kind === 'sum' || aggregation.kind === 'last';
}

function daysOf(series: Series): number[] {
  const days = new Set([
    ...series.sums.keys(),
    ...series.fractions.keys(),
    ...series.tallies.keys(),
  ]);
  return [...days].sort((a, b) => a - b);
}

function totalOf(series: Series, at: number): number {
  const tally = series.tallies.get(at);
  if (tally !== undefined) return medianOf(tally);
  const sum = series.sums.get(at) ?? 0;
  const fraction = series.fractions.get(at);
  const whole =
    fraction === undefined
      ? sum
      : roundHalfEven({
          numerator: fraction.numerator + BigInt(sum) * fraction.denominator,
          denominator: fraction.denominator,
        });
  const value = Number(whole);
  if (!Number.isSafeInteger(value)) {
    throw new MappingError(`${series.metric.key}: a day's value is too large to be kept`);
  }
  return value === 0 ? 0 : value;
}
