import { Injectable } from '@nestjs/common';
import type { MetricDefinition } from '../../../connectors/kit/metric.js';
import { Providers } from '../../../connectors/providers.js';
import { groupBy } from '../group-by.js';
import { type Measure, ratioTerms } from './measure.js';

/** Every measure there is, as the connectors declare them; the same for all tenants. */
@Injectable()
export class MetricCatalogue {
  readonly #all: readonly Measure[];
  readonly #byKey: ReadonlyMap<string, readonly Measure[]>;

  constructor(providers: Providers) {
    this.#all = providers
      .all()
      .flatMap(({ id, connector }) => measuresOf(id, connector.metrics))
      .toSorted((a, b) => order(a.definition.key, b.definition.key));
    this.#byKey = groupBy(this.#all, ({ definition }) => definition.key);
  }

  /** By key, then by provider. */
  all(): readonly Measure[] {
    return this.#all;
  }

  /** One for each provider that has this key; none where no provider has. */
  named(key: string): readonly Measure[] {
    return this.#byKey.get(key) ?? [];
  }
}

function measuresOf(provider: string, definitions: readonly MetricDefinition[]): Measure[] {
  const byKey = new Map(definitions.map((definition) => [definition.key, definition]));
  return definitions.map((definition) => ({
    provider,
    definition,
    parts: partsOf(definition, byKey),
  }));
}

function partsOf(
  definition: MetricDefinition,
  byKey: ReadonlyMap<string, MetricDefinition>,
): readonly MetricDefinition[] {
  if (definition.aggregation.kind !== 'ratio') return [definition];
  const keys = new Set(ratioTerms(definition.aggregation).map(({ metric }) => metric));
  return [...keys].flatMap((key) => byKey.get(key) ?? []);
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
