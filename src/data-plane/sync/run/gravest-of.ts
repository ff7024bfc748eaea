import { type Failure, judgeFailure } from './judge-failure.js';

/**
 * Which of several failures at once decides: the one that keeps the integration from going on for longest.
 *
 * - `ended` before all: it holds what somebody has to be told. Whoever marks the integration as ended shuts
 *   the other lanes out, so these are fenced by it and not the other way round. Where another run has taken
 *   over, nothing is written of it anyway: `RunSync` looks at the fence once more.
 * - `fenced` next: of what is no longer ours, nothing is to be planned.
 * - `rarely` and `later` before a wait: a wait is no failure and counts as none, so a fault that hid behind
 *   one would be met again and again without its pauses growing. Who comes too early after it is held by the
 *   account's budget, without a call.
 * - `wait` before `stopped`: whoever goes on in place of a process that shuts down knows nothing of the
 *   wait that the provider asked for, except by when it is due.
 */
const GRAVITY: Record<Failure['kind'], number> = {
  ended: 5,
  fenced: 4,
  rarely: 3,
  later: 2,
  page: 2,
  stream: 2,
  wait: 1,
  stopped: 0,
};

/** @param errors at least one; of equal ones the first counts */
export function gravestOf(errors: readonly unknown[]): unknown {
  return errors.toSorted((a, b) => gravityOf(b) - gravityOf(a))[0];
}

function gravityOf(error: unknown): number {
  return GRAVITY[judgeFailure(error).kind];
}
