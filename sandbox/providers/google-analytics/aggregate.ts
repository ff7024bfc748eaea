import { dimensionOf, type Fact } from './dimensions.js';
import { metricOf, type MetricField } from './metrics.js';

/** A row before it is written out. */
export interface Group {
  values: readonly string[];
  /** One for each metric. */
  measures: readonly Measured[];
  people: Set<number>;
}

export interface Measured {
  sum: number;
  by: number;
  people: Set<number>;
}

/** Facts by the values of dimensions. `dateRange` is given, since it is no property of a fact. */
export function grouped(
  facts: readonly Fact[],
  dimensions: readonly string[],
  metrics: readonly string[],
  dateRange: string | null,
): Group[] {
  const fields = dimensions.flatMap((name) => dimensionOf(name) ?? []);
  const measures = metrics.flatMap((name) => metricOf(name) ?? []);
  const groups = new Map<string, Group>();
  for (const fact of facts) {
    const values = fields.map((field) => field.of(fact));
    if (dateRange !== null) values.push(dateRange);
    const key = values.join('\u0000');
    let group = groups.get(key);
    if (group === undefined) {
      group = { values, measures: measures.map(nothing), people: new Set() };
      groups.set(key, group);
    }
    group.people.add(fact.session.visitor);
    for (const [at, { measure }] of measures.entries()) {
      const measured = group.measures[at];
      if (measured === undefined) continue;
      if (measure.kind === 'people') {
        const visitor = measure.of(fact);
        if (visitor !== null) measured.people.add(visitor);
      } else {
        measured.sum += measure.of(fact);
        if (measure.kind === 'quotient') measured.by += measure.by(fact);
      }
    }
  }
  return [...groups.values()];
}

function nothing(): Measured {
  return { sum: 0, by: 0, people: new Set() };
}

/** The number that a metric's value is. */
export function numberOf(field: MetricField, measured: Measured, digits: number): number {
  const { measure } = field;
  if (measure.kind === 'people') return measured.people.size;
  if (measure.kind === 'quotient') return measured.by === 0 ? 0 : measured.sum / measured.by;
  return measured.sum / (measure.scale === 'currency' ? 10 ** digits : measure.scale);
}
