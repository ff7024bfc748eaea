/** A leaky bucket: so many at once, and so many more each second, by the machine's clock and no other. */
export class Bucket {
  #level: number;
  #at: number;

  constructor(
    readonly size: number,
    readonly perSecond: number,
  ) {
    this.#level = size;
    this.#at = performance.now();
  }

  /** What is left. */
  level(): number {
    const at = performance.now();
    const grown = (Math.max(0, at - this.#at) / 1_000) * this.perSecond;
    this.#level = Math.min(this.size, this.#level + grown);
    this.#at = at;
    return this.#level;
  }

  /** Takes that much where there is enough. */
  take(amount = 1): boolean {
    if (this.level() < amount) return false;
    this.#level -= amount;
    return true;
  }

  /** Gives back what was taken and not needed. */
  give(amount: number): void {
    this.#level = Math.min(this.size, this.level() + amount);
  }
}
