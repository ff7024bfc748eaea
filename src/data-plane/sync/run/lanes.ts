import { gravestOf } from './gravest-of.js';

/** Gives the next piece of work, which nobody has then; null where there is none for now. */
export type Take = () => (() => Promise<void>) | null;

/**
 * Works off what `take` gives, so much side by side. After the first failure nothing more is begun, and
 * what is under way is waited for: when `run` has settled, nothing goes on behind it.
 */
export class Lanes {
  readonly #underWay = new Set<Promise<void>>();
  readonly #failures: unknown[] = [];

  constructor(
    private readonly most: number,
    private readonly take: Take,
  ) {}

  /** Something failed: what is under way is to end soon. */
  get failed(): boolean {
    return this.#failures.length > 0;
  }

  /** @throws of all failures the one that says most about what is to become of the whole */
  async run(): Promise<void> {
    this.#fill();
    // What ends makes room for more; none of these rejects.
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    if (this.failed) throw gravestOf(this.#failures);
  }

  #fill(): void {
    while (!this.failed && this.#underWay.size < this.most) {
      const work = this.#next();
      if (work === null) return;
      const lane: Promise<void> = this.#follow(work).finally(() => {
        this.#underWay.delete(lane);
        this.#fill();
      });
      this.#underWay.add(lane);
    }
  }

  #next(): (() => Promise<void>) | null {
    try {
      return this.take();
    } catch (error) {
      this.#failures.push(error);
      return null;
    }
  }

  async #follow(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failures.push(error);
    }
  }
}
