import { expect } from '@jest/globals';
import type { TrueValue } from '../../../sandbox/business/true-value.js';
import { findConnectors } from '../../../src/connectors/registry.js';
import type { MetricDefinition } from '../../../src/connectors/kit/metric.js';
import { connect, synced } from './connect.js';
import type { SandboxedApp } from './sandboxed-app.js';
import { type Granularity, ownQuotients, quotients, type RatioQuestion } from './ratio-truth.js';
import { differences, shownValues, type Truth, trueValues, truthOf, type Values } from './truth.js';

/** One account, connected and synced through HTTP alone, with the truth of its business. */
export class WholeConnection {
  private constructor(
    readonly sandboxed: SandboxedApp,
    readonly provider: string,
    readonly key: string,
    readonly id: string,
    readonly truth: Truth,
    readonly metrics: readonly MetricDefinition[],
  ) {
    const to = new Intl.DateTimeFormat('en-CA', { timeZone: truth.timeZone }).format(
      new Date(truth.asOf),
    );
    const [from = to] = truth.metrics.map(({ day }) => day).sort();
    this.range = { from, to };
  }

  static async make(
    sandboxed: SandboxedApp,
    provider: string,
    options: {
      account: string;
      accountId: string;
      params?: Record<string, string>;
      choose?: string;
    },
  ): Promise<WholeConnection> {
    const { key } = await sandboxed.app.signUp();
    const { id } = await connect(sandboxed, key, provider, options);
    await synced(sandboxed, key, id);
    const truth = await truthOf(sandboxed, provider, options.accountId);
    const connector = (await findConnectors()).get(provider);
    return new WholeConnection(sandboxed, provider, key, id, truth, connector?.metrics ?? []);
  }

  /** Days of the truth: from the first to the day it is of. */
  readonly range: { from: string; to: string };

  /** Every value of a stored metric, for every day and dimension. */
  /** @param since the first day that was read, where history was cut short */
  async expectStored(metric: string, since = this.range.from): Promise<void> {
    const { aggregation } = this.#definition(metric);
    const byMonth =
      aggregation.kind !== 'ratio' && 'per' in aggregation && aggregation.per === 'month';
    // What is known for the day of the sync alone; yesterday's state cannot be asked for.
    const isState = aggregation.kind === 'last';
    const { to } = this.range;
    const from = isState ? to : since;
    for (const dimensions of this.#cuts(metric)) {
      const shown = await shownValues(this.sandboxed, this.key, {
        metric,
        provider: this.provider,
        dimensions,
        granularity: byMonth ? 'month' : 'day',
        from,
        to,
      });
      const rows = this.rows(metric).filter(({ day }) => day >= from);
      const truth = trueValues(rows, metric, dimensions);
      expect({ metric, dimensions, differences: differences(shown, truth) }).toEqual({
        metric,
        dimensions,
        differences: [],
      });
    }
  }

  /**
   * A ratio is the quotient of what the truth knows of its parts, as a whole and by each of its cuts; and
   * what the truth says of the ratio itself, where it does. One that rests on the state before the first
   * day that was seen is not known.
   *
   * @param since the first day that was read, where history was cut short
   */
  async expectRatio(metric: string, since = this.range.from): Promise<void> {
    const ratio = this.#definition(metric);
    const { digits, breakdowns } = await this.#catalogued(metric);
    const own = this.#cuts(metric);
    const cuts = [[], ratio.dimensions, ...(breakdowns ?? []), ...own].filter(
      (names) => breakdowns?.some((cut) => names.every((name) => cut.includes(name))) ?? true,
    );
    const parts = this.#partsOf(ratio);
    for (const names of new Map(cuts.map((cut) => [cut.toSorted().join(), cut])).values()) {
      for (const granularity of ['month', 'day'] as const) {
        const question = { ratio, parts, names, granularity, digits };
        const shown = await this.#shownQuotients(question, since);
        const rows = this.truth.metrics.filter(({ day }) => day >= since);
        const isOfParts = [...parts.keys()].some((part) => this.rows(part).length > 0);
        if (startsFromState(ratio)) expectSame(question, shown, new Map());
        else if (isOfParts) expectSame(question, shown, quotients(rows, question));
        else expect({ metric, told: own.length > 0 }).toEqual({ metric, told: true });
        const grain = this.#grainOf(metric);
        if (grain === 'month' && granularity === 'day') continue;
        // The truth's own month is a whole one.
        const cutShort = grain === 'month' && !since.endsWith('-01') ? since.slice(0, 7) : 'none';
        const whole = (values: Values) =>
          new Map([...values].filter(([key]) => !key.startsWith(cutShort)));
        const told = whole(ownQuotients(rows, question));
        if (told.size > 0) expectSame(question, whole(shown), told);
      }
    }
  }

  /** Rows of truth that no metric of the connector answers to. */
  get unknown(): string[] {
    const known = new Set(this.metrics.map(({ key }) => key));
    return [...new Set(this.truth.metrics.map(({ metric }) => metric))].filter(
      (it) => !known.has(it),
    );
  }

  /** Metrics of the connector that the truth says nothing of. */
  get untold(): string[] {
    const told = new Set(this.truth.metrics.map(({ metric }) => metric));
    return this.metrics
      .filter(({ aggregation }) => aggregation.kind !== 'ratio')
      .map(({ key }) => key)
      .filter((key) => !told.has(key));
  }

  rows(metric: string): TrueValue[] {
    return this.truth.metrics.filter((row) => row.metric === metric);
  }

  #definition(metric: string): MetricDefinition {
    const found = this.metrics.find(({ key }) => key === metric);
    if (found === undefined) throw new Error(`There is no metric ${metric}.`);
    return found;
  }

  #partsOf({ key, aggregation }: MetricDefinition): Map<string, MetricDefinition> {
    if (aggregation.kind !== 'ratio') throw new Error(`${key} is no ratio.`);
    const keys = [...aggregation.numerator, ...aggregation.denominator].map((term) => term.metric);
    return new Map(keys.map((part) => [part, this.#definition(part)]));
  }

  /** By what the truth tells it: by months, where it has nothing but firsts of them. */
  #grainOf(metric: string): Granularity {
    return this.rows(metric).every(({ day }) => day.endsWith('-01')) ? 'month' : 'day';
  }

  /** What NuMoon itself says of the metric. */
  async #catalogued(
    metric: string,
  ): Promise<{ digits: number | null; breakdowns?: readonly (readonly string[])[] }> {
    const { body } = await this.sandboxed.app.call('GET', '/v1/metrics', { key: this.key });
    return body.items.find(
      (it: { key: string; provider: string }) => it.key === metric && it.provider === this.provider,
    );
  }

  #shownQuotients(
    { ratio, names, granularity }: RatioQuestion,
    from: string,
  ): ReturnType<typeof shownValues> {
    return shownValues(this.sandboxed, this.key, {
      metric: ratio.key,
      provider: this.provider,
      dimensions: names,
      granularity,
      from,
      to: this.range.to,
      inOne: true,
    });
  }

  /** The sets of dimensions that the truth tells the metric by. */
  #cuts(metric: string): string[][] {
    const cuts = new Map<string, string[]>();
    for (const { dimensions } of this.rows(metric)) {
      const names = Object.keys(dimensions).sort();
      cuts.set(names.join(), names);
    }
    return [...cuts.values()];
  }
}

function startsFromState({ aggregation }: MetricDefinition): boolean {
  return (
    aggregation.kind === 'ratio' &&
    [...aggregation.numerator, ...aggregation.denominator].some(({ take }) => take === 'start')
  );
}

function expectSame({ ratio, names, granularity }: RatioQuestion, shown: Values, truth: Values) {
  const asked = { metric: ratio.key, names, granularity };
  expect({ ...asked, differences: differences(shown, truth) }).toEqual({
    ...asked,
    differences: [],
  });
}
