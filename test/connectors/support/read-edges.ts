import type { Account } from '../../../src/connectors/kit/account.js';
import type { Connector } from '../../../src/connectors/kit/connector.js';
import type { Point } from '../../../src/connectors/kit/points.js';
import type { ProviderClient } from '../../../src/connectors/kit/provider-client.js';
import type { Stream } from '../../../src/connectors/kit/stream.js';
import { unread } from '../../../src/data-plane/sync/plan/stream-state.js';
import { addDays, type Day } from '../../../src/kernel/calendar.js';
import { ZoneClock } from '../../../src/kernel/zone-clock.js';
import { momentOf, workOff } from '../../data-plane/sync/support/work-off.js';
import type {
  Case,
  MadeCoverage,
  MadeSeries,
} from '../../data-plane/metrics-query/support/made-data.js';
import { readSlice } from './read-everything.js';

/** What a first sync would store, of the slices at both of its ends. */
export interface Edges extends Case {
  integrations: { id: string; provider: string; timeZone: string }[];
  known: Required<MadeCoverage>[];
  today: Day;
}

/** What lies further back, up to the very first slice, is like any other month. */
const NEWEST_DAYS = 31;

/**
 * @param history also the first slice of each history that goes back so many days. Of all others it is a
 *   month like any other
 */
export async function readEdges(
  provider: string,
  connector: Connector,
  read: { client: ProviderClient; account: Account; now: number },
  history: number,
): Promise<Edges> {
  const { client, account, now } = read;
  const clock = new ZoneClock(account.timeZone);
  const { today } = momentOf(clock, now);
  const edges: Edges = {
    series: [],
    known: [],
    integrations: [{ id: 'int_one', provider, timeZone: account.timeZone }],
    today,
  };
  const series = new Map<string, MadeSeries>();
  for (const stream of connector.streams) {
    for (const { from, to } of slicesAtEdges(stream, clock, now, history)) {
      const slice = { account, clock, now, today, from, to, hash: (text: string) => text };
      const { points } = await readSlice(connector, stream, client, slice);
      for (const point of points) put(series, point);
      edges.known.push(...knownBy(stream, { from, to, today }));
    }
  }
  return { ...edges, series: [...series.values()] };
}

function slicesAtEdges(stream: Stream, clock: ZoneClock, now: number, history: number) {
  const moment = momentOf(clock, now);
  const { slices } = workOff(stream, unread(stream.name), moment);
  const newest = addDays(moment.today, -NEWEST_DAYS);
  return slices.filter(
    ({ to }, at) => to >= newest || (at === slices.length - 1 && stream.historyDays === history),
  );
}

function knownBy(
  { metrics, todayMetrics = [], lookBackDays }: Stream,
  { from, to, today }: { from: Day; to: Day; today: Day },
): Required<MadeCoverage>[] {
  const provisionalFrom = addDays(today, -lookBackDays);
  return metrics.flatMap((metric) => {
    const known = { integration: 'int_one', metric, provisionalFrom };
    if (!todayMetrics.includes(metric)) return [{ ...known, from, to }];
    return to === today ? [{ ...known, from: today, to: today }] : [];
  });
}

function put(
  all: Map<string, MadeSeries>,
  { metric, currency, dimensions, ...point }: Point,
): void {
  const key = JSON.stringify([metric, currency, Object.entries(dimensions).toSorted()]);
  let one = all.get(key);
  if (one === undefined) {
    const money = currency === null ? {} : { currency };
    one = { metric, ...money, dimensions: { ...dimensions }, digits: point.digits, points: {} };
    all.set(key, one);
  }
  one.points[point.day] = point.value;
}
