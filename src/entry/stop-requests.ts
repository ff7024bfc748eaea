import { constants } from 'node:os';

type Signal = 'SIGINT' | 'SIGTERM';

/** What `npm start` tells the program that it keeps running; see `scripts/lib/supervise.mjs`. */
interface StopMessage {
  numoon: 'stop';
  signal: Signal;
  /** How many signals it has had. */
  times: number;
}

/**
 * Who asks this process to stop: Ctrl-C, `kill`, a service manager, and the parent that `npm start` is.
 *
 * Some of them tell both processes, and some only one, so what the parent had and what came here are not
 * added up: the larger number counts. The first request ends a process that still starts, or stops one in
 * order that serves; the second ends it at once. A parent that is gone ends it at once as well: with it went
 * whoever could have asked, and whoever starts it again must find the place free.
 */
export class StopRequests {
  #stop: (() => Promise<void>) | undefined;
  #own = 0;
  #parents = 0;
  #heard = 0;

  listen(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        this.#own += 1;
        this.#hear(signal);
      });
    }
    if (process.send === undefined) return;
    process.on('message', (message: unknown) => {
      const { numoon, signal, times } = message as Partial<StopMessage>;
      if (numoon !== 'stop' || signal === undefined || times === undefined) return;
      this.#parents = times;
      this.#hear(signal);
    });
    process.on('disconnect', () => process.exit(1));
    // Gone before anybody listened for it.
    if (!process.connected) process.exit(1);
  }

  /** From now on there is something to stop in order. `stop` ends with the process, and does not throw. */
  serve(stop: () => Promise<void>): void {
    this.#stop = stop;
    // To a parent this tells a refused start from a program that has run.
    process.send?.({ numoon: 'ready' }, undefined, undefined, () => undefined);
  }

  #hear(signal: Signal): void {
    const asked = Math.max(this.#own, this.#parents);
    if (asked <= this.#heard) return;
    this.#heard = asked;
    // Not left to the signal itself, which would leave the embedded server without a last word.
    if (asked > 1 || this.#stop === undefined) process.exit(128 + constants.signals[signal]);
    void this.#stop();
  }
}
