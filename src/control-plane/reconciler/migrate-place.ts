import { migrate } from '../../infrastructure/postgres/migrate.js';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import { TENANT_MIGRATIONS } from '../../../tenants/migrations/index.js';
import { asOwner } from '../provisioning/as-owner.js';
import { endLockHolders } from '../provisioning/end-lock-holders.js';
import type { PlannedPlacement } from '../provisioning/new-placement.js';
import type { ServerAdmin } from '../provisioning/server-admin.js';

/**
 * Brings the schema of one tenant to the newest version, as its owner. Safe to run twice and by two at once:
 * each migration is a transaction that first locks the history.
 *
 * A session of the tenant that holds a lock is ended and the migration tried once more.
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
    await endLockHolders(admin, loginRoles);
    await attempt();
  }
}
