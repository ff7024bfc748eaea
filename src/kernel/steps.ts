/**
 * A sequence that may fail half way: an ordered list of steps, each safe to run twice, each with its
 * undo or the reason why there is none. The lists themselves are the documentation of what happens in
 * which order; tests enumerate them and kill the process at every boundary.
 */
export interface Step<Context> {
  /** kebab-case verb phrase, unique in its list; appears in logs and metrics. */
  name: string;
  run(context: Context): Promise<void>;
  /** Reverses `run`, also when `run` only got half way; or says why nothing needs reversing. */
  undo: ((context: Context) => Promise<void>) | { none: string };
}

/** Told of every boundary. The product logs and measures here; tests kill the process here. */
export interface StepObserver {
  before?(step: string): void | Promise<void>;
  after?(step: string, elapsedMs: number): void | Promise<void>;
}

/** Runs all steps in order. A failure stops the list and is rethrown; what to undo is the caller's decision. */
export async function runSteps<Context>(
  steps: readonly Step<Context>[],
  context: Context,
  observer: StepObserver = {},
): Promise<void> {
  for (const step of steps) {
    await observer.before?.(step.name);
    const startedAt = performance.now();
    await step.run(context);
    await observer.after?.(step.name, performance.now() - startedAt);
  }
}

/**
 * Runs every undo from last to first, also of steps that never ran (an undo must tolerate that).
 * Goes on past a failing undo so that one stuck resource does not keep the rest alive, then throws the failures together.
 */
export async function undoSteps<Context>(
  steps: readonly Step<Context>[],
  context: Context,
): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps.toReversed()) {
    if (typeof step.undo !== 'function') continue;
    try {
      await step.undo(context);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw new AggregateError(
      failures,
      `${failures.length} of ${steps.length} steps could not be undone`,
    );
  }
}
