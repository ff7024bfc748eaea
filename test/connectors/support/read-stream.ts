import { Accumulator } from '../../../src/connectors/kit/accumulator/accumulator.js';
import { declaredMetrics } from '../../../src/connectors/kit/accumulator/declared-metrics.js';
import type { Account } from '../../../src/connectors/kit/account.js';
import { DimensionGuard } from '../../../src/connectors/kit/guard/dimension-guard.js';
import type { Connector } from '../../../src/connectors/kit/connector.js';
import type { Point } from '../../../src/connectors/kit/points.js';
import type {
  ProviderAnswer,
  ProviderClient,
  Query,
} from '../../../src/connectors/kit/provider-client.js';
import type { Slice } from '../../../src/connectors/kit/stream.js';
import { ZoneClock } from '../../../src/kernel/zone-clock.js';

/** What the provider says to a call; a body alone is a 200. */
export type Answers = (call: { path: string; query: Query; body: unknown }) => unknown;

export interface SliceOptions {
  from?: string;
  to?: string;
  today?: string;
  account?: Partial<Account>;
}

/** Reads one stream of a connector, page by page, from canned answers, into points. */
export async function readStream(
  connector: Connector,
  name: string,
  answers: Answers,
  options: SliceOptions = {},
): Promise<Point[]> {
  const stream = connector.streams.find((candidate) => candidate.name === name);
  if (stream === undefined) throw new Error(`There is no stream ${name}.`);
  const slice = sliceOf(options);
  const points = new Accumulator({
    ...slice,
    metrics: declaredMetrics(connector, stream),
    guard: new DimensionGuard(),
  });
  const client = cannedClient(answers);
  const context: unknown = await stream.prepare?.(client, slice);
  let cursor: string | null = null;
  for (let pages = 0; pages < 1_000; pages += 1) {
    const page: Awaited<ReturnType<typeof stream.page>> = await stream.page(
      client,
      slice,
      cursor,
      context,
    );
    for (const row of page.rows) stream.map(row, slice, points, context);
    if (page.next === null) return points.points();
    cursor = page.next;
  }
  throw new Error('The pages have no end.');
}

/** The whole amount of a metric, at its digits, over all days and series that fit. */
export function total(
  points: readonly Point[],
  metric: string,
  where: { day?: string; currency?: string; dimensions?: Record<string, string> } = {},
): number {
  return points
    .filter(
      (point) =>
        point.metric === metric &&
        (where.day === undefined || point.day === where.day) &&
        (where.currency === undefined || point.currency === where.currency) &&
        Object.entries(where.dimensions ?? {}).every(([k, v]) => point.dimensions[k] === v),
    )
    .reduce((sum, { value }) => sum + value, 0);
}

export function sliceOf(options: SliceOptions = {}): Slice {
  const account: Account = {
    id: 'acct_1',
    name: 'One',
    timeZone: 'America/New_York',
    currency: 'USD',
    test: false,
    details: {},
    ...options.account,
  };
  const clock = new ZoneClock(account.timeZone);
  const today = options.today ?? '2026-11-20';
  return {
    account,
    from: options.from ?? '2026-11-01',
    to: options.to ?? today,
    today,
    clock,
    now: clock.startOf(today) + 12 * 3_600_000,
    hash: (text) => `hash of ${text}`,
  };
}

function cannedClient(answers: Answers): ProviderClient {
  const answer = async (path: string, query: Query, body: unknown): Promise<ProviderAnswer> => ({
    status: 200,
    headers: {},
    // As it would come over the wire.
    body: JSON.parse(JSON.stringify(answers({ path, query, body }) ?? {})) as unknown,
  });
  return {
    get: (path, query = {}) => answer(path, query, undefined),
    post: (path, body) => answer(path, {}, body),
    params: {},
    scopes: [],
  };
}
