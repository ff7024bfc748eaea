import type { MetricDefinition } from '../../../connectors/kit/metric.js';
import type { Measure } from './measure.js';

/** The names of the dimensions that every point of it has. */
export type Cut = readonly string[];

/**
 * The cuts a measure is given in, each of them whole, so that an answer is made of one alone; null where
 * its points may have any of its dimensions. A ratio has those that all its parts have, in its own order
 * where it tells one: a part without cuts counts as one cut with all its dimensions.
 */
export function breakdownsOf({ definition, parts }: Measure): readonly Cut[] | null {
  const [first, ...others] = [definition, ...parts]
    .filter(isCut)
    .map(({ breakdowns }) => breakdowns);
  if (first === undefined) return null;
  const uncut = parts.filter((part) => !isCut(part)).map(({ dimensions }) => [dimensions]);
  return first.filter((cut) =>
    [...others, ...uncut].every((list) => list.some((other) => areSame(cut, other))),
  );
}

/** Whether its points are in cuts. */
export function isCut(
  metric: MetricDefinition,
): metric is MetricDefinition & { breakdowns: readonly Cut[] } {
  return metric.breakdowns !== undefined;
}

function areSame(one: Cut, other: Cut): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}
