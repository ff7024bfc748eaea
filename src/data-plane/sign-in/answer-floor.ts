import { setTimeout as sleep } from 'node:timers/promises';

const STEP_MS = 500;

/**
 * Hides how long a refusal took to find: it is answered at the next multiple of half a second since its
 * arrival. A known address costs a hash and a round trip to a tenant's database for each tenant it is in,
 * which would otherwise show.
 */
export class AnswerFloor {
  readonly #arrived = performance.now();

  async reached(): Promise<void> {
    const due = this.#arrived + Math.ceil((performance.now() - this.#arrived) / STEP_MS) * STEP_MS;
    // Again, because a timer set late in a busy turn of the event loop fires early.
    for (let left = due - performance.now(); left > 0; left = due - performance.now()) {
      await sleep(Math.ceil(left));
    }
  }
}
