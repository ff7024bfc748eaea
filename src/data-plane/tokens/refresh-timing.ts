import { createHash } from 'node:crypto';

const MINUTE_MS = 60_000;

/** Refreshed this long before the end, where the token lives long enough for it. */
const MARGIN_MS = 5 * MINUTE_MS;

/** Of a short life, no more than this part is given away to the margin, and as much again to the spread. */
const PART = 1 / 8;

/** A token this close to its end may end on the way. */
const LAST_MOMENT_MS = 15_000;

/**
 * From when a token is refreshed, ms since 1970: a margin before its end, and up to as much again
 * earlier, by a number that is each integration's own. So a fleet that was connected in one hour does not
 * refresh in one minute, and the workers of one integration agree.
 */
export function refreshDueAt(
  integrationId: string,
  issuedAtMs: number,
  expiresAtMs: number,
): number {
  const margin = Math.min(MARGIN_MS, Math.max(0, expiresAtMs - issuedAtMs) * PART);
  return expiresAtMs - margin * (1 + shareOf(integrationId));
}

/** Until when it will last for one more call, ms since 1970. */
export function usableUntil(issuedAtMs: number, expiresAtMs: number): number {
  return expiresAtMs - Math.min(LAST_MOMENT_MS, Math.max(0, expiresAtMs - issuedAtMs) * PART);
}

/** Between 0 and 1, the same for one id every time. */
function shareOf(integrationId: string): number {
  return createHash('sha256').update(integrationId).digest().readUInt32BE(0) / 2 ** 32;
}

const LONGEST_REST_MS = 15 * MINUTE_MS;

/**
 * Seconds until a failed refresh is tried again: longer each time, never the same for all, and never
 * sooner than the provider asks.
 */
export function restSeconds(
  firstMs: number,
  failures: number,
  asked: number | null = null,
): number {
  const most = Math.min(LONGEST_REST_MS, firstMs * 2 ** Math.min(failures, 20));
  return Math.max(asked ?? 0, (most / 1000) * (0.5 + Math.random() / 2));
}
