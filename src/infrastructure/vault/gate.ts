/** Lets `limit` calls in at a time; the others wait their turn, so many and so long, and no more. */
export class Gate {
  #inside = 0;
  readonly #waiting = new Set<() => void>();

  constructor(
    private readonly limit: number,
    private readonly maxWaiting: number,
    private readonly maxWaitMs: number,
  ) {}

  /** @throws whatever `full` makes, when there is no place in time */
  async run<T>(work: () => Promise<T>, full: () => Error): Promise<T> {
    if (this.#inside < this.limit) this.#inside += 1;
    else await this.#wait(full);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #wait(full: () => Error): Promise<void> {
    if (this.#waiting.size >= this.maxWaiting) return Promise.reject(full());
    return new Promise((resolve, reject) => {
      const enter = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(enter);
        reject(full());
      }, this.maxWaitMs);
      this.#waiting.add(enter);
    });
  }

  /** The place goes to who waited longest (a Set keeps its order) without becoming free between. */
  #leave(): void {
    for (const enter of this.#waiting) {
      this.#waiting.delete(enter);
      enter();
      return;
    }
    this.#inside -= 1;
  }
}
