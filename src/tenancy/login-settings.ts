import type { Placement } from './tenant-record.js';

/** Limits of a session among the settings of a login role, in ms. */
export const LOGIN_LIMITS = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
] as const;

/**
 * All that is set on a tenant's login role, as PostgreSQL shows it; nothing else may be. They lie on the
 * role, so that no session has to remember them.
 */
export function loginSettings(
  place: Pick<Placement, 'schema'>,
  statementTimeoutMs: number,
): Readonly<Record<string, string>> {
  const limits: Record<(typeof LOGIN_LIMITS)[number], number> = {
    statement_timeout: statementTimeoutMs,
    lock_timeout: Math.ceil(statementTimeoutMs / 2),
    idle_in_transaction_session_timeout: statementTimeoutMs,
  };
  const shown = Object.entries(limits).map(([name, ms]) => [name, String(ms)]);
  return { search_path: place.schema, ...(Object.fromEntries(shown) as Record<string, string>) };
}
