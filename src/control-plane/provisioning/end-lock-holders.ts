import type { ServerAdmin } from './server-admin.js';

/** A session that has been in one transaction for so long is taken for what holds the lock. */
const HELD_SECONDS = 2;

/**
 * Ends sessions of a tenant that hold a lock which its owner waited for in vain: a client that forgot its
 * transaction, or means it. What they do would hold up what has to be done to their own tenant.
 */
export async function endLockHolders(
  admin: ServerAdmin,
  loginRoles: readonly string[],
): Promise<void> {
  await admin.asWarden((client) =>
    client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE usename = ANY ($1) AND now() - xact_start > make_interval(secs => $2)`,
      [loginRoles, HELD_SECONDS],
    ),
  );
}
