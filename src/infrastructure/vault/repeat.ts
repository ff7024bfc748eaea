import { setTimeout as sleep } from 'node:timers/promises';
import { CONFLICT, isFault } from './vault-outcome.js';
import type { Outcome } from './vault-outcome.js';

export interface RepeatLimits {
  repeatable: boolean;
  attempts: number;
  timeoutMs: number;
  /** On the clock of `performance.now()`. */
  deadline: number;
}

const FIRST_PAUSE_MS = 80;
/** Longer pauses than the first few would only waste time: each round lets one of the rivals through. */
const LONGEST_PAUSE_MS = 320;
/** Of conflicts with other changes of the same thing. */
const CONFLICT_ATTEMPTS = 12;
/** With less time than this left, one more try would only end in a timeout. */
const WORTHWHILE_MS = 100;

/**
 * Sends until there is an answer, a fault that time does not heal, or no time. A timeout is tried once
 * more at the most: a Vault that is slow because it has too much to do is not helped by doing it thrice.
 */
export async function repeat(
  send: (timeoutMs: number) => Promise<Outcome>,
  limits: RepeatLimits,
): Promise<Outcome> {
  let timeouts = 0;
  for (let attempt = 1; ; attempt += 1) {
    const left = limits.deadline - performance.now();
    const outcome = await send(Math.max(1, Math.min(limits.timeoutMs, left)));
    if (!isFault(outcome)) return outcome;
    const most = outcome.reason === CONFLICT ? CONFLICT_ATTEMPTS : limits.attempts;
    if (attempt >= most) return outcome;
    if (outcome.again === 'no') return outcome;
    if (outcome.again === 'if-repeatable' && !limits.repeatable) return outcome;
    if (outcome.reason === 'timeout' && (timeouts += 1) > 1) return outcome;
    // Half of it at random, so that those who failed together do not come back together.
    const longest = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
    const pause = longest * (0.5 + Math.random() / 2);
    if (performance.now() + pause + WORTHWHILE_MS > limits.deadline) return outcome;
    await sleep(pause);
  }
}
