import type { Slice } from '../kit/stream.js';

/**
 * Whether an object is of the connected account's mode and of real time: a test object in a live account
 * (or the other way round) and what a test clock made up are left out.
 */
export function isOwn(slice: Slice, object: { live: boolean; testClock?: string | null }): boolean {
  return object.live === !slice.account.test && (object.testClock ?? null) === null;
}
