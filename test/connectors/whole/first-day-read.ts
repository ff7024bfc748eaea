import type { Connector } from '../../../src/connectors/kit/connector.js';
import { limitHistory } from '../../../src/connectors/limit-history.js';
import { addDays, type Day, laterDay } from '../../../src/kernel/calendar.js';

/**
 * The first day that a first sync knows of a metric: `historyDays` ago, that many whole days and today. Of a
 * ratio: the first day that is known of all its parts.
 *
 * @param limit what `syncHistoryDays` is set to, where it is
 */
export function firstDayRead(
  connector: Connector,
  metric: string,
  today: Day,
  limit = Number.POSITIVE_INFINITY,
): Day {
  const { streams } = limitHistory(new Map([['it', connector]]), limit).get('it') ?? connector;
  const days = partsOf(connector, metric).map((part) => {
    const stream = streams.find(({ metrics }) => metrics.includes(part));
    if (stream === undefined) throw new Error(`No stream gives ${part}.`);
    return addDays(today, -stream.historyDays);
  });
  return days.reduce(laterDay);
}

function partsOf({ metrics }: Connector, key: string): string[] {
  const aggregation = metrics.find((metric) => metric.key === key)?.aggregation;
  return aggregation?.kind === 'ratio'
    ? [...aggregation.numerator, ...aggregation.denominator].map(({ metric }) => metric)
    : [key];
}
