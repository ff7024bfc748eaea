import { addDays, type Day } from '../../../src/kernel/calendar.js';

/** Everything as a fraction of big whole numbers, kept in full, added up at the end. */
export class NaiveAccumulator {
  readonly #sums = new Map<string, { numerator: bigint; denominator: bigint }>();
  readonly #collected = new Map<string, number[]>();

  constructor(
    private readonly from: Day,
    private readonly to: Day,
  ) {}

  add(key: string, day: Day, numerator: bigint, denominator = 1n): void {
    if (day < this.from || day > this.to) return;
    const before = this.#sums.get(`${key}|${day}`) ?? { numerator: 0n, denominator: 1n };
    this.#sums.set(`${key}|${day}`, {
      numerator: before.numerator * denominator + numerator * before.denominator,
      denominator: before.denominator * denominator,
    });
  }

  set(key: string, day: Day, value: bigint): void {
    if (day < this.from || day > this.to) return;
    this.#sums.set(`${key}|${day}`, { numerator: value, denominator: 1n });
  }

  collect(key: string, day: Day, value: number): void {
    const first = `${day.slice(0, 7)}-01`;
    if (first < this.from || first > this.to) return;
    this.#collected.set(`${key}|${first}`, [
      ...(this.#collected.get(`${key}|${first}`) ?? []),
      value,
    ]);
  }

  points(): Record<string, number> {
    const points: [string, number][] = [];
    for (const [key, { numerator, denominator }] of this.#sums) {
      points.push([key, Number(halfEven(numerator, denominator))]);
    }
    for (const [key, values] of this.#collected) {
      const sorted = values.toSorted((a, b) => a - b);
      const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
      const high = sorted[Math.floor(sorted.length / 2)] ?? 0;
      points.push([key, Number(halfEven(BigInt(low) + BigInt(high), 2n))]);
    }
    return Object.fromEntries(points.sort());
  }
}

/** By trying the neighbours: the nearest, of two the even one. */
function halfEven(numerator: bigint, denominator: bigint): bigint {
  const near = numerator / denominator;
  const distance = (n: bigint): bigint => {
    const d = n * denominator - numerator;
    return d < 0n ? -d : d;
  };
  const [best = near] = [near - 1n, near, near + 1n].sort((a, b) => {
    const difference = distance(a) - distance(b);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
    return a % 2n === 0n ? -1 : 1;
  });
  return best;
}

export function dayOfSlice(from: Day, at: number): Day {
  return addDays(from, at);
}
