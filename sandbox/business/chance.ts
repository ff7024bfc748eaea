/**
 * Chance that repeats itself: the same seeds give the same run of numbers. Each thing of the business draws
 * from a source of its own (`new Chance(seed, 'charge', 17)`), so any day can be made without the days
 * before it, and a new kind of thing moves no other.
 */
export class Chance {
  #a: number;
  #b: number;

  constructor(...seeds: readonly (string | number)[]) {
    let a = 0x811c9dc5;
    let b = 0x9747b28c;
    for (const seed of seeds) {
      if (typeof seed === 'number') {
        a = Math.imul(a ^ seed, 0x85ebca6b) >>> 0;
        b = Math.imul(b ^ (seed / 4_294_967_296 + seed), 0xc2b2ae35) >>> 0;
      } else {
        for (let at = 0; at < seed.length; at += 1) {
          a = Math.imul(a ^ seed.charCodeAt(at), 0x01000193) >>> 0;
        }
      }
      a = Math.imul(a ^ (a >>> 15) ^ 0x2f, 0x2c1b3c6d) >>> 0;
      b = (Math.imul(b, 33) + a) >>> 0;
    }
    this.#a = a;
    this.#b = b | 1;
  }

  /** At least 0, less than 1. */
  next(): number {
    this.#a = (this.#a + Math.imul(0x9e3779b9, this.#b)) >>> 0;
    let mixed = this.#a;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `low` to `high`, both possible. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** True that share of the time, 0 to 1. */
  happens(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.next() * list.length)];
    if (item === undefined) throw new RangeError('Nothing can be picked from an empty list.');
    return item;
  }

  /** One of the names, each as often as its weight says. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const entries = Object.entries(weights) as [T, number][];
    let rest = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      rest -= weight;
      if (rest < 0) return name;
    }
    const last = entries.at(-1);
    if (last === undefined) throw new RangeError('Nothing can be picked from no weights.');
    return last[0];
  }

  /** That many characters of letters and digits. */
  text(length: number): string {
    let text = '';
    for (let at = 0; at < length; at += 1) text += ALPHABET[Math.floor(this.next() * 62)];
    return text;
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
