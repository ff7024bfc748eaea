import type { Account } from '../../../src/connectors/kit/account.js';
import { Accumulator } from '../../../src/connectors/kit/accumulator/accumulator.js';
import { declaredMetrics } from '../../../src/connectors/kit/accumulator/declared-metrics.js';
import type { Connector } from '../../../src/connectors/kit/connector.js';
import { DimensionGuard } from '../../../src/connectors/kit/guard/dimension-guard.js';
import type { Point } from '../../../src/connectors/kit/points.js';
import type { ProviderClient } from '../../../src/connectors/kit/provider-client.js';
import type { Slice, Stream } from '../../../src/connectors/kit/stream.js';
import { addDays, type Day } from '../../../src/kernel/calendar.js';
import { ZoneClock } from '../../../src/kernel/zone-clock.js';

/** What a slice of a stream left behind, at each place where something could be kept. */
export interface Leavings {
  stream: string;
  rows: unknown[];
  points: Point[];
  /** What is sealed and kept of a slice under way. */
  saved: unknown;
}

/** Every stream of a connector: the newest days, a month of history and today, all pages of them. */
export async function readEverything(
  connector: Connector,
  client: ProviderClient,
  account: Account,
): Promise<Leavings[]> {
  const all: Leavings[] = [];
  for (const stream of connector.streams) {
    for (const slice of slicesOf(stream, account)) {
      all.push(await readSlice(connector, stream, client, slice));
    }
  }
  return all;
}

export async function readSlice(
  connector: Connector,
  stream: Stream,
  client: ProviderClient,
  slice: Slice,
): Promise<Leavings> {
  const sink = new Accumulator({
    ...slice,
    metrics: declaredMetrics(connector, stream),
    guard: new DimensionGuard(),
  });
  const context = await stream.prepare?.(client, slice);
  const rows: unknown[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof stream.page>> = await stream.page(
      client,
      slice,
      cursor,
      context,
    );
    for (const row of page.rows) stream.map(row, slice, sink, context);
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor !== null);
  return { stream: stream.name, rows, points: sink.points(), saved: sink.save() };
}

export function slicesOf(stream: Stream, account: Account): Slice[] {
  const clock = new ZoneClock(account.timeZone);
  const now = Date.now();
  const today = clock.dayOf(now);
  const slice = (from: Day, to: Day): Slice => ({
    account,
    from,
    to,
    today,
    clock,
    now,
    hash: (text) => `hash of ${text.length}`,
  });
  if (stream.covers === 'today') return [slice(today, today)];
  if (stream.covers === 'whole') return [slice(addDays(today, 1 - stream.historyDays), today)];
  const lastMonth = addDays(`${today.slice(0, 7)}-01`, -1);
  return [
    slice(addDays(today, 1 - stream.recentDays), today),
    slice(`${lastMonth.slice(0, 7)}-01`, lastMonth),
  ];
}
