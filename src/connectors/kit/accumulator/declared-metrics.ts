import type { Connector } from '../connector.js';
import type { MetricDefinition } from '../metric.js';
import { MappingError } from '../provider-errors.js';
import type { Stream } from '../stream.js';

/** A metric a stream may give points of. */
export interface DeclaredMetric {
  definition: MetricDefinition;
  /** Known for today alone. */
  todayOnly: boolean;
}

/** What a stream may fill, by key. @throws MappingError where the connector does not define one of them */
export function declaredMetrics(
  connector: Pick<Connector, 'metrics'>,
  stream: Pick<Stream, 'name' | 'metrics' | 'todayMetrics'>,
): ReadonlyMap<string, DeclaredMetric> {
  const defined = new Map(connector.metrics.map((metric) => [metric.key, metric]));
  return new Map(
    stream.metrics.map((key) => {
      const definition = defined.get(key);
      if (definition === undefined) {
        throw new MappingError(`stream ${stream.name} names ${key}, which is not defined`);
      }
      return [key, { definition, todayOnly: stream.todayMetrics?.includes(key) ?? false }];
    }),
  );
}
