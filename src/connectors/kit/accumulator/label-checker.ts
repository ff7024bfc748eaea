import { isCurrency } from '../../../kernel/currency.js';
import type { MetricDefinition } from '../metric.js';
import type { DimensionGuard } from '../guard/dimension-guard.js';
import type { SeriesLabel } from '../points.js';
import { MappingError } from '../provider-errors.js';

export type ValueGuard = Pick<DimensionGuard, 'check'>;

export const WITHHELD = '(withheld)';

/** Values that the guard's answer is remembered for; then it begins anew. */
const REMEMBERED_MAX = 5_000;
const LONG = 200;
const NONE: readonly (string | null)[] = [];

/** Exactly the dimensions of one cut: a point between two would be counted in both, or in none. */
function isOneCut(
  breakdowns: readonly (readonly string[])[],
  given: Readonly<Record<string, string>>,
): boolean {
  const count = Object.keys(given).length;
  return breakdowns.some(
    (cut) => cut.length === count && cut.every((name) => Object.hasOwn(given, name)),
  );
}

/** Checks what a mapper names a series by, and withholds what must not be kept. */
export class LabelChecker {
  readonly #remembered = new Map<string, ReturnType<ValueGuard['check']>>();
  /** How many values were withheld, by rule. */
  readonly withheld = new Map<string, number>();

  constructor(private readonly guard: ValueGuard) {}

  /** @throws MappingError for money without a currency, and a currency without money */
  currencyOf({ key, unit }: MetricDefinition, label: SeriesLabel | undefined): string | null {
    const currency = label?.currency ?? null;
    if (unit !== 'money') {
      if (currency !== null) throw new MappingError(`${key} is no money and has a currency`);
      return null;
    }
    if (currency === null) throw new MappingError(`${key} is money and has no currency`);
    if (typeof currency !== 'string' || !isCurrency(currency)) {
      throw new MappingError(`${key} has a currency that is none`);
    }
    return currency;
  }

  /** The values in the order in which the metric declares them. @throws MappingError for one it does not declare */
  valuesOf(
    { key, dimensions, breakdowns }: MetricDefinition,
    label: SeriesLabel | undefined,
  ): readonly (string | null)[] {
    const given = label?.dimensions;
    if (breakdowns !== undefined && !isOneCut(breakdowns, given ?? {})) {
      throw new MappingError(`${key} has dimensions that are none of its cuts`);
    }
    if (given === undefined) return dimensions.length === 0 ? NONE : dimensions.map(() => null);
    for (const name of Object.keys(given)) {
      if (!dimensions.includes(name)) {
        throw new MappingError(`${key} has a dimension that it does not declare`);
      }
    }
    return dimensions.map((name) =>
      Object.hasOwn(given, name) ? this.#kept(key, given[name]) : null,
    );
  }

  #kept(metric: string, value: unknown): string | null {
    if (value === undefined || value === null) return null;
    if (typeof value !== 'string') throw new MappingError(`${metric}: a dimension is no text`);
    let checked = this.#remembered.get(value);
    if (checked === undefined) {
      checked = this.guard.check(value);
      if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear();
      // Long ones are not remembered: a few thousand of them would be no small thing.
      if (value.length <= LONG) this.#remembered.set(value, checked);
    }
    if ('value' in checked) return checked.value;
    this.withheld.set(checked.withheld, (this.withheld.get(checked.withheld) ?? 0) + 1);
    return WITHHELD;
  }
}
