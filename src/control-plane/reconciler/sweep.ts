import type { Logger } from '../../kernel/logger.js';

/** One thing a sweep looks after. */
export interface Chore {
  name: string;
  /** @returns how many things it put right; 0 is not worth a log line */
  run(): Promise<number>;
}

/**
 * The one recurring job: each chore finds its own due rows, so a lost queue row or a crash heals at the
 * next round. A chore that fails does not keep the others from running.
 */
export class Sweep {
  constructor(
    private readonly chores: readonly Chore[],
    private readonly logger: Logger,
  ) {}

  async execute(): Promise<void> {
    const failures: unknown[] = [];
    for (const chore of this.chores) {
      try {
        const count = await chore.run();
        if (count > 0) this.logger.info({ chore: chore.name, count }, 'sweep put something right');
      } catch (error) {
        failures.push(error);
        this.logger.warn({ chore: chore.name, err: error }, 'sweep: a chore failed');
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Some chores of the sweep failed.');
  }
}
