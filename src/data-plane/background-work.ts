import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';

/** More than this at once is a flood; what comes on top is dropped and counted in the log. */
const RUNNING_MAX = 200;

/**
 * Work that goes on after its caller was answered. Short things only: a shutdown waits for them, a
 * crash loses them.
 */
@Injectable()
export class BackgroundWork implements BeforeApplicationShutdown {
  readonly #logger = new Logger(BackgroundWork.name);
  readonly #running = new Set<Promise<void>>();

  /** False when there is no room: then it is not done. */
  start(name: string, work: () => Promise<void>): boolean {
    if (this.#running.size >= RUNNING_MAX) {
      this.#logger.warn(`${name} was dropped: ${RUNNING_MAX} others are running`);
      return false;
    }
    // The next tick: not even the work's synchronous part may delay the answer.
    const running = new Promise<void>((resolve) => setImmediate(resolve))
      .then(work)
      .catch((error: unknown) => this.#logger.error(`${name} failed`, error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    return true;
  }

  /** Resolves when nothing is running. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.settled();
  }
}
