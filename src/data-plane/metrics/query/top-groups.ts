import { groupBy } from '../group-by.js';
import { type MatchedGroup, mergeGroups } from './match-groups.js';
import type { Values } from './values.js';

/** What a dimension of the rest is called. A provider may say the same; the rest says so in `others`. */
export const REST = '(other)';

/**
 * Of each currency the `top` heaviest groups, heaviest first, and the others as one. Of equals the
 * first by name. Sizes may be below zero (refunds written so): what is far from zero is heavy.
 *
 * @param names what the groups are told apart by
 */
export function topGroups(
  groups: readonly MatchedGroup[],
  top: number,
  names: readonly string[],
  valuesOf: (group: MatchedGroup) => { values: Values; isState: boolean },
): MatchedGroup[] {
  const weights = new Map(groups.map((group) => [group, weightOf(valuesOf(group))]));
  return [...groupBy(groups, ({ currency }) => currency).values()].flatMap((list) => {
    const ranked = list.toSorted((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0));
    const rest = ranked.slice(top);
    if (rest.length === 0) return ranked;
    const dimensions = Object.fromEntries(names.map((name) => [name, REST]));
    return [...ranked.slice(0, top), mergeGroups(rest, dimensions)];
  });
}

function weightOf({ values, isState }: { values: Values; isState: boolean }): number {
  const known = values.numbers.filter((value) => !Number.isNaN(value));
  const weight = isState ? (known.at(-1) ?? 0) : known.reduce((a, b) => a + b, 0);
  return Math.abs(weight) / 10 ** values.digits;
}
