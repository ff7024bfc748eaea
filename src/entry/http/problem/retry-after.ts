import type { KnownCode } from './error-status.js';

/** Seconds a client should wait, where the error itself does not say (`fields.retryAfterSeconds`). */
const RETRY_AFTER_SECONDS: Partial<Record<KnownCode, number>> = {
  connections_exhausted: 1,
  database_unavailable: 5,
  hashing_busy: 1,
  login_throttled: 60,
  mail_failed: 30,
  rate_limited: 1,
  shutting_down: 2,
  signup_limit: 60,
  tenant_drained: 1,
  login_changed: 10,
  tenant_schema_outdated: 10,
};

/** For every other 429 and 503. */
const RETRY_AFTER_OTHERWISE = 5;

/** The value of Retry-After for this answer; undefined where waiting does not help. */
export function retryAfterOf(
  code: string,
  status: number,
  fields: Readonly<Record<string, unknown>> = {},
): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const own = fields['retryAfterSeconds'];
  if (typeof own === 'number' && Number.isFinite(own) && own >= 0) return Math.ceil(own);
  return RETRY_AFTER_SECONDS[code as KnownCode] ?? RETRY_AFTER_OTHERWISE;
}
