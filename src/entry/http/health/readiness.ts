import { setTimeout as after } from 'node:timers/promises';

/** Something this process works with. `check` resolves when it is there. */
export interface ReadinessCheck {
  name: string;
  check: () => Promise<unknown>;
  /** Without it some requests fail, but not all: it is said, and the process goes on getting requests. */
  optional?: boolean;
}

export interface ReadinessOutcome {
  /** Checks that failed; empty means ready. */
  failed: string[];
  /** Optional checks that failed. */
  degraded: string[];
}

const TIMEOUT_MS = 2_000;
const CACHE_MS = 1_000;

/**
 * Runs the checks together and remembers the outcome for a second, so that asking often costs the
 * database nothing. Calls that come while one is under way share it.
 */
export class Readiness {
  #outcome: Promise<ReadinessOutcome> | undefined;
  #until = 0;

  constructor(
    private readonly checks: readonly ReadinessCheck[],
    private readonly now: () => number = () => performance.now(),
  ) {}

  async look(): Promise<ReadinessOutcome> {
    if (this.#outcome === undefined || this.now() >= this.#until) {
      this.#until = Number.POSITIVE_INFINITY;
      this.#outcome = this.#run().finally(() => {
        this.#until = this.now() + CACHE_MS;
      });
    }
    return this.#outcome;
  }

  async #run(): Promise<ReadinessOutcome> {
    const passed = await Promise.all(this.checks.map(passes));
    const missing = this.checks.filter((_, at) => passed[at] !== true);
    const names = (optional: boolean): string[] =>
      missing.filter((it) => (it.optional ?? false) === optional).map(({ name }) => name);
    return { failed: names(false), degraded: names(true) };
  }
}

async function passes({ check }: ReadinessCheck): Promise<boolean> {
  const settled = new AbortController();
  const tooLate = after(TIMEOUT_MS, false, { signal: settled.signal, ref: false });
  const inTime = Promise.resolve()
    .then(check)
    .then(() => true);
  try {
    return await Promise.race([inTime, tooLate]);
  } catch {
    return false;
  } finally {
    settled.abort();
    // The loser of the race must not become an unhandled rejection.
    tooLate.catch(() => undefined);
    inTime.catch(() => undefined);
  }
}
