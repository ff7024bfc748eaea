import { seeded } from './stats.js';

/** Ranks from 0, each as often as Zipf's law with exponent 1 says; the same sequence in every run. */
export function zipf(ranks: number, seed: number): () => number {
  const bounds: number[] = [];
  let sum = 0;
  for (let rank = 0; rank < ranks; rank += 1) bounds.push((sum += 1 / (rank + 1)));
  const random = seeded(seed);
  return () => {
    const point = random() * sum;
    let low = 0;
    for (let high = ranks - 1; low < high;) {
      const middle = (low + high) >> 1;
      if ((bounds[middle] as number) > point) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** A cache of so many places that forgets what was used longest ago: which of the uses miss. */
export class IdealLru {
  readonly #held = new Set<number>();

  constructor(private readonly places: number) {}

  /** @returns whether it was there */
  use(key: number): boolean {
    const hit = this.#held.delete(key);
    this.#held.add(key);
    if (this.#held.size > this.places)
      this.#held.delete(this.#held.values().next().value as number);
    return hit;
  }
}
