import type { Chance } from '../chance.js';

/** One of the indexes of `weights`, each as often as its weight says. */
export function weightedIndex(chance: Chance, weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let rest = chance.next() * total;
  for (const [index, weight] of weights.entries()) {
    rest -= weight;
    if (rest < 0) return index;
  }
  return weights.length - 1;
}
