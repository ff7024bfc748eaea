import { setTimeout as sleep } from 'node:timers/promises';

const STEP_MS = 250;

/**
 * Hides how long a refusal took to find: it is answered at the next multiple of 250 ms since its
 * arrival. A known address costs one round trip to its tenant's database more than an unknown one,
 * which would otherwise show.
 */
export class AnswerFloor {
  readonly #arrived = performance.now();

  async reached(): Promise<void> {
    const elapsed = performance.now() - this.#arrived;
    await sleep(Math.ceil(elapsed / STEP_MS) * STEP_MS - elapsed);
  }
}
