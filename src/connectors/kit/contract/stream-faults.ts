import type { Connector } from '../connector.js';
import type { MetricDefinition } from '../metric.js';
import type { Stream } from '../stream.js';

/** What is wrong with a connector's streams, and with which metric comes from where. */
export function streamFaults({ metrics, streams, facts }: Connector): readonly string[] {
  const faults = streams.length === 0 ? ['There are no streams.'] : [];
  const names = new Set(streams.map(({ name }) => name));
  if (names.size < streams.length) faults.push('Two streams have one name.');
  const stored = metrics.filter(({ aggregation }) => aggregation.kind !== 'ratio');
  for (const { key } of stored) {
    const sources = streams.filter((stream) => stream.metrics.includes(key)).length;
    if (sources !== 1) faults.push(`The metric ${key} must come from one stream, not ${sources}.`);
  }
  const keys = new Map(stored.map((metric) => [metric.key, metric]));
  for (const stream of streams) {
    for (const fault of ownFaults(stream, keys)) faults.push(`The stream ${stream.name} ${fault}.`);
    const { scope } = stream;
    const asked = [...facts.scopes.read, ...facts.scopes.optionalRead];
    if (scope !== undefined && !asked.includes(scope)) {
      faults.push(`The stream ${stream.name} needs the scope ${scope}, which is not asked for.`);
    }
  }
  return faults;
}

function ownFaults(stream: Stream, stored: ReadonlyMap<string, MetricDefinition>): string[] {
  const faults: string[] = [];
  if (!/^[a-z][a-z0-9-]*$/.test(stream.name))
    faults.push('must be named like "balance-transactions"');
  for (const key of stream.metrics) {
    if (!stored.has(key)) faults.push(`gives ${key}, which is no stored metric`);
  }
  for (const key of stream.todayMetrics ?? []) {
    if (!stream.metrics.includes(key)) faults.push(`knows ${key} for today and does not give it`);
  }
  const states = stream.covers === 'today' ? stream.metrics : (stream.todayMetrics ?? []);
  for (const key of states) {
    const kind = stored.get(key)?.aggregation.kind;
    if (kind !== undefined && kind !== 'last') {
      faults.push(`knows ${key} for today alone, so it is a state: give it the aggregation "last"`);
    }
  }
  for (const key of stream.metrics) {
    const aggregation = stored.get(key)?.aggregation;
    if (aggregation === undefined || !('per' in aggregation) || aggregation.per !== 'month')
      continue;
    if (stream.covers === 'days' && stream.sliceDays !== 31) {
      faults.push(`gives ${key} per month in parts of months: let sliceDays be 31`);
    }
  }
  if (new Set(stream.metrics).size < stream.metrics.length) faults.push('names one metric twice');
  if (stream.metrics.length === 0) faults.push('gives no metric');
  if (stream.sliceDays < 1 || stream.sliceDays > 366) faults.push('has slices of 1 to 366 days');
  if (stream.historyDays < 1) faults.push('reads no history at all');
  if (stream.lookBackDays < 1 || stream.recentDays < 1)
    faults.push('must read at least today again');
  if (stream.recentDays > stream.lookBackDays)
    faults.push('reads more recent days than its look-back');
  if (stream.everyMinutes < 5) faults.push('is read more often than every five minutes');
  if (stream.lookBackEveryHours < 1) faults.push('reads its look-back more than hourly');
  return faults;
}
