import { migrate } from '../../infrastructure/postgres/migrate.js';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import { TENANT_MIGRATIONS } from '../../../tenants/migrations/index.js';
import { asOwner } from '../provisioning/as-owner.js';
import type { PlannedPlacement } from '../provisioning/new-placement.js';
import type { ServerAdmin } from '../provisioning/server-admin.js';

/** A session of the tenant that has been in one transaction for so long is taken for what holds the lock. */
const HELD_SECONDS = 2;

/**
 * Brings the schema of one tenant to the newest version, as its owner. Safe to run twice and by two at once:
 * each migration is a transaction that first locks the history.
 *
 * A session of the tenant that holds a lock (a client that forgot its transaction, or means it) is ended and
 * the migration tried once more: what it does holds up its own tenant's upgrade.
 */
export async function migratePlace(
  admin: ServerAdmin,
  { placement }: PlannedPlacement,
  loginRoles: readonly string[],
): Promise<void> {
  const attempt = (): Promise<unknown> =>
    asOwner(admin, placement, (client) => migrate(client, TENANT_MIGRATIONS));
  try {
    await attempt();
  } catch (error) {
    if (!hasSqlstate(error, SQLSTATE.lockNotAvailable, SQLSTATE.deadlockDetected)) throw error;
    await admin.asWarden((client) =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE usename = ANY ($1) AND now() - xact_start > make_interval(secs => $2)`,
        [loginRoles, HELD_SECONDS],
      ),
    );
    await attempt();
  }
}
