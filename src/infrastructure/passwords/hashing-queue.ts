import { AppError } from '../../kernel/app-error.js';

/**
 * Runs at most `concurrency` tasks at once and lets the rest wait in order of arrival, up to
 * `maxWaiting`. Beyond that it refuses at once: a waiting list without an end only moves the overload
 * to memory and to answers nobody waits for any more.
 */
export class HashingQueue {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly concurrency: number,
    private readonly maxWaiting: number,
  ) {}

  /** @throws AppError `hashing_busy` when the waiting list is full */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.concurrency) this.#running += 1;
    else await this.#turn();
    try {
      return await task();
    } finally {
      // The place passes straight to the next in line, so a newcomer cannot jump the queue.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.maxWaiting) {
      throw new AppError(
        'hashing_busy',
        'Too many passwords wait to be checked. Try again shortly',
        {
          fields: { waiting: this.#waiting.length },
        },
      );
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
