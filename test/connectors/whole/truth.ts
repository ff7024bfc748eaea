import type { TrueValue } from '../../../sandbox/business/true-value.js';
import type { SandboxedApp } from './sandboxed-app.js';

export interface Truth {
  asOf: string;
  timeZone: string;
  metrics: TrueValue[];
}

export async function truthOf(
  { sandbox }: SandboxedApp,
  provider: string,
  account: string,
): Promise<Truth> {
  const answer = await fetch(
    `${sandbox.url}/_sandbox/truth/${provider}/${encodeURIComponent(account)}`,
  );
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Truth;
}

/** Values by what they are of: day, currency, dimensions. Zero and absent are one: nothing happened. */
export type Values = ReadonlyMap<string, number>;

export function keyOf(
  day: string,
  currency: string | undefined,
  dimensions: Record<string, string>,
): string {
  const names = Object.keys(dimensions).sort();
  return [day, currency ?? '', ...names.map((name) => `${name}=${dimensions[name]}`)].join(' ');
}

export function trueValues(
  rows: readonly TrueValue[],
  metric: string,
  names: readonly string[],
): Values {
  const wanted = [...names].sort().join();
  const values = new Map<string, number>();
  for (const row of rows) {
    if (row.metric !== metric || Object.keys(row.dimensions).sort().join() !== wanted) continue;
    const value = Number(row.value);
    if (value !== 0) values.set(keyOf(row.day, row.currency, row.dimensions), value);
  }
  return values;
}

/** What NuMoon answers for a metric by these dimensions. */
export async function shownValues(
  { app }: SandboxedApp,
  key: string,
  query: {
    metric: string;
    provider: string;
    dimensions: readonly string[];
    granularity: string;
    from: string;
    to: string;
    /** A quotient is not asked for in pieces: a month would be two. */
    inOne?: boolean;
  },
): Promise<Values> {
  const values = new Map<string, number>();
  // A year at a time: an answer has a limit.
  for (let from = query.from; from <= query.to;) {
    const yearLater = `${Number(from.slice(0, 4)) + 1}${from.slice(4)}`.replace('02-29', '02-28');
    const isPiece = !query.inOne && dayBefore(yearLater) < query.to;
    const to = isPiece ? dayBefore(yearLater) : query.to;
    const search = new URLSearchParams({
      metric: query.metric,
      from,
      to,
      granularity: query.granularity,
    });
    for (const name of query.dimensions) search.append('groupBy', name);
    search.append('filter', `provider:${query.provider}`);
    const answer = await app.call('GET', `/v1/metrics/query?${search}`, { key });
    if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    for (const series of answer.body.series) {
      for (const [day, value] of series.points as [string, number | null][]) {
        if (value !== null && value !== 0) {
          values.set(keyOf(day, series.currency, series.dimensions), value);
        }
      }
    }
    if (!isPiece) break;
    from = yearLater;
  }
  return values;
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

/** What differs, for a person: the first of each kind. */
export function differences(shown: Values, truth: Values, atMost = 8): string[] {
  const found: string[] = [];
  for (const [key, value] of truth) {
    const other = shown.get(key);
    if (other === undefined) found.push(`missing ${key}: ${value}`);
    else if (Math.abs(other - value) > 1e-9 * Math.max(1, Math.abs(value))) {
      found.push(`${key}: ${other} and not ${value}`);
    }
  }
  for (const [key, value] of shown) if (!truth.has(key)) found.push(`too much ${key}: ${value}`);
  return found.length > atMost
    ? [...found.slice(0, atMost), `and ${found.length - atMost} more`]
    : found;
}
