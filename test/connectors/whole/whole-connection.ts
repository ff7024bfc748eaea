import { expect } from '@jest/globals';
import { findConnectors } from '../../../src/connectors/registry.js';
import type { MetricDefinition } from '../../../src/connectors/kit/metric.js';
import { connect, synced } from './connect.js';
import type { SandboxedApp } from './sandboxed-app.js';
import { type Granularity, ownQuotients, quotients, type RatioQuestion } from './ratio-truth.js';
import {
  differences,
  shownValues,
  type TrueRow,
  type Truth,
  trueValues,
  truthOf,
} from './truth.js';

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
   * A ratio is the quotient of what the truth knows of its parts, in the whole and by each of its cuts;
   * and what the truth says of the ratio itself, where it does. Parts that are states have no past to be
   * held against: such a ratio is left out.
   *
   * @param since the first day that was read, where history was cut short
   */
  async expectRatio(metric: string, since = this.range.from): Promise<void> {
    const ratio = this.#definition(metric);
    const parts = new Map(this.#partsOf(ratio).map((part) => [part.key, part]));
    if ([...parts.values()].some(({ aggregation }) => aggregation.kind !== 'sum')) return;
    const { digits, breakdowns } = await this.#shown(metric);
    const whole = ratio.dimensions.length === 0 ? [] : [ratio.dimensions];
    const rows = this.truth.metrics.filter(({ day }) => day >= since);
    const own = this.#cuts(metric);
    for (const names of unique([[], ...(breakdowns ?? whole), ...own])) {
      for (const granularity of ['month', 'day'] as const) {
        const question: RatioQuestion = { ratio, parts, names, granularity, digits };
        const shown = await this.#quotients(question, since);
        expectSame(question, shown, quotients(rows, question));
        const isTold = own.some((cut) => cut.join() === [...names].sort().join());
        if (isTold && granularity === this.#grainOf(metric)) {
          const whole = granularity === 'day' ? rows : rows.filter(({ day }) => day >= since);
          const from = whole[0] === undefined ? since : since;
          const inRange = new Map([...shown].filter(([key]) => key >= from));
          expectSame(question, inRange, ownQuotients(whole, question));
        }
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

  rows(metric: string): TrueRow[] {
    return this.truth.metrics.filter((row) => row.metric === metric);
  }

  #definition(metric: string): MetricDefinition {
    const found = this.metrics.find(({ key }) => key === metric);
    if (found === undefined) throw new Error(`There is no metric ${metric}.`);
    return found;
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
