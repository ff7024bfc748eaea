import { setImmediate as nextTurn } from 'node:timers/promises';

/** Other requests wait at most about so long. */
const TURN_MS = 5;

/** Does long work that yields between its steps, letting other requests in now and then. */
export async function inTurns<T>(work: Generator<void, T>): Promise<T> {
  let turnAt = performance.now();
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value;
    if (performance.now() - turnAt < TURN_MS) continue;
    await nextTurn();
    turnAt = performance.now();
  }
}
