import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connector } from '../../src/connectors/kit/connector.js';
import { Providers } from '../../src/connectors/providers.js';
import { findConnectors } from '../../src/connectors/registry.js';
import { MetricCatalogue } from '../../src/data-plane/metrics/catalogue/metric-catalogue.js';
import { addDays, type Day } from '../../src/kernel/calendar.js';
import { type AnyDay, anyDays } from '../support/clock/any-days.js';
import { answered, type Question } from './support/answered.js';
import { DatedSandbox } from './support/dated-sandbox.js';
import { type Edges, readEdges } from './support/read-edges.js';
import { visit } from './support/sandbox-visit.js';
import { differences, keyOf, type Truth, trueValues } from './whole/truth.js';

const connectors = await findConnectors();
const catalogue = new MetricCatalogue(new Providers(connectors, new Map()));
const days = anyDays(connectors.values());

let dated: DatedSandbox;

beforeAll(async () => {
  dated = await DatedSandbox.start();
});

afterAll(async () => {
  await dated?.close();
});

/** What was read on a day, and what is true on it. */
interface Read {
  at: number;
  provider: string;
  connector: Connector;
  edges: Edges;
  truth: Truth;
}

/**
 * The drawn day is tried with all of them, a day at the edge of a history with those that have it, and any
 * other with one: with which depends on the drawn day, so that in time each is tried with each. How far
 * look-backs go is the plan's alone, and tried without providers.
 */
function triedOn({ reach }: AnyDay, index: number): [string, Connector][] {
  const all = [...connectors];
  if (index === days.length - 1) return all;
  if (reach !== null) {
    return all.filter(([, { streams }]) => streams.some((it) => it.historyDays === reach));
  }
  const turn = Math.floor((days.at(-1)?.at ?? 0) / 86_400_000);
  return all.slice((index + turn) % all.length).slice(0, 1);
}

/** One after the other in time, as limits and tokens expect it. */
const tried = days
  .flatMap((day, index) =>
    triedOn(day, index).map(([provider, connector]) => ({ ...day, provider, connector })),
  )
  .toSorted((a, b) => a.at - b.at);

test.each(tried)(
  'on $why: what is read of $provider and shown is true',
  async ({ at, reach, provider, connector }) => {
    await dated.moveTo(at);
    const { client, account } = await visit(dated.sandbox, provider, connector);
    const visited = { client, account, now: at };
    const edges = await readEdges(provider, connector, visited, reach ?? 0);
    const truth = await dated.truth(provider, account.id);
    const read: Read = { at, provider, connector, edges, truth };
    expect(await untrueDays(read)).toEqual([]);
    expect(await untruePeriods(read)).toEqual([]);
  },
);

/** Every value of what was read, by each cut that the truth is told by. */
async function untrueDays(read: Read): Promise<string[]> {
  const { edges, truth } = read;
  const found: string[] = [];
  for (const { metric, from, to } of edges.known) {
    const granularity = kindOf(read, metric) === 'month' ? 'month' : 'day';
    // Yesterday's state is not known any more.
    const since = kindOf(read, metric) === 'last' ? to : from;
    if (kindOf(read, metric) === 'last' && to !== edges.today) continue;
    const rows = truth.metrics.filter(
      (row) => row.metric === metric && since <= row.day && row.day <= to,
    );
    for (const names of cutsOf(rows)) {
      const shown = await answer(read, { metric, granularity, groupBy: names, from: since, to });
      found.push(
        ...differences(shown.values, trueValues(rows, metric, names), 3).map(
          (text) => `${metric} by [${names.join()}] ${since} to ${to}: ${text}`,
        ),
      );
    }
  }
  return found;
}

/** Sums of the days that are shown when nobody says which. */
async function untruePeriods(read: Read): Promise<string[]> {
  const { edges, truth } = read;
  const found: string[] = [];
  const newest = edges.known.filter(({ to }) => to === edges.today);
  for (const { metric } of newest.filter((it) => kindOf(read, it.metric) === 'sum')) {
    const rows = truth.metrics.filter((row) => row.metric === metric);
    const [names] = cutsOf(rows);
    if (names === undefined) continue;
    for (const granularity of ['day', 'week', 'month'] as const) {
      const { from, to, values } = await answer(read, { metric, granularity, groupBy: names });
      expect([granularity, to]).toEqual([granularity, edges.today]);
      if (granularity === 'day') expect(from).toBe(addDays(edges.today, -29));
      const begin = granularity === 'day' ? from : periodOf(edges.today, granularity);
      const sums = new Map<string, number>();
      for (const row of rows.filter(({ day }) => begin <= day && day <= edges.today)) {
        if (cutsOf([row])[0]?.join() !== names.join()) continue;
        const key = keyOf(periodOf(row.day, granularity), row.currency, row.dimensions);
        sums.set(key, (sums.get(key) ?? 0) + Number(row.value));
      }
      const shown = [...values].filter(([key]) => key.slice(0, 10) >= begin);
      const told = [...sums].filter(([, value]) => value !== 0);
      found.push(
        ...differences(new Map(shown), new Map(told), 3).map(
          (text) => `${metric} by ${granularity}: ${text}`,
        ),
      );
    }
  }
  return found;
}

function answer({ at, provider, edges }: Read, question: Question) {
  return answered(catalogue, edges, at, { ...question, filter: [`provider:${provider}`] });
}

function kindOf({ connector }: Read, metric: string): 'sum' | 'last' | 'month' | 'other' {
  const aggregation = connector.metrics.find(({ key }) => key === metric)?.aggregation;
  if (aggregation === undefined) throw new Error(`There is no metric ${metric}.`);
  if (aggregation.kind === 'sum' || aggregation.kind === 'last') return aggregation.kind;
  return 'per' in aggregation && aggregation.per === 'month' ? 'month' : 'other';
}

function cutsOf(rows: Truth['metrics']): string[][] {
  const cuts = rows.map(({ dimensions }) => Object.keys(dimensions).toSorted());
  return [...new Map(cuts.map((cut) => [cut.join(), cut])).values()];
}

/** Worked out apart from the product: weeks begin on Mondays. */
function periodOf(day: Day, granularity: 'day' | 'week' | 'month'): Day {
  if (granularity === 'day') return day;
  if (granularity === 'month') return `${day.slice(0, 7)}-01`;
  return addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
}
