/** A map that forgets what was asked for longest ago. */
export class Recent<K, V> {
  readonly #kept = new Map<K, V>();

  constructor(private readonly max: number) {}

  get(key: K, make: () => V): V {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      // Behind all others: a Map keeps the order of insertion.
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const made = make();
    if (this.#kept.size >= this.max) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    this.#kept.set(key, made);
    return made;
  }

  clear(): void {
    this.#kept.clear();
  }
}
