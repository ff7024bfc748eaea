const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** After so many failures in a row, with a part by chance so that many do not come back together. */
export function backoffMs(failures: number, chance = Math.random()): number {
  const longest = Math.min(6 * HOUR_MS, 30 * SECOND_MS * 2 ** Math.min(failures, 20));
  return Math.round(longest * (0.5 + chance / 2));
}

/** For what somebody has to put right at the provider. */
export function rarelyMs(chance = Math.random()): number {
  return Math.round(6 * HOUR_MS * (1 + chance));
}

/** A wait that the provider asked for, within reason. */
export function askedWaitMs(waitMs: number): number {
  return Math.min(24 * HOUR_MS, Math.max(SECOND_MS, Math.ceil(waitMs)));
}

/** Once more soon: half an answer is often whole the next time. */
export const PAGE_RETRY_MS = 60 * SECOND_MS;

/** For days that were left out, and streams that rest. */
export function restMs(times: number): number {
  return Math.min(24 * HOUR_MS, HOUR_MS * 2 ** Math.min(times, 10));
}
