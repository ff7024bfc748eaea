import type { Connector } from './kit/connector.js';

/**
 * The same connectors, reading no further back than this. Streams that list everything anyway are left as
 * they are: they would read no less.
 */
export function limitHistory(
  connectors: ReadonlyMap<string, Connector>,
  days: number,
): ReadonlyMap<string, Connector> {
  return new Map(
    [...connectors].map(([id, connector]) => [
      id,
      {
        ...connector,
        streams: connector.streams.map((stream) =>
          stream.covers === 'days'
            ? { ...stream, historyDays: Math.min(stream.historyDays, days) }
            : stream,
        ),
      },
    ]),
  );
}
