import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import type { Placement } from '../../tenancy/tenant-record.js';
import { rollBackPreparedIn, rollBackPreparedOf } from './prepared-transactions.js';
import type { ServerAdmin } from './server-admin.js';
import { alterRole, runUnblocked } from './unblocked.js';

/**
 * Ends every session of the tenant's role and lets in no new one; then what the role has prepared, which no
 * session holds. Waits until the backends are gone, because a schema cannot be dropped under a running
 * statement without waiting for its locks.
 */
export async function endSessions(admin: ServerAdmin, placement: Placement): Promise<void> {
  if (!(await admin.roleExists(placement.loginRole))) return;
  await shutOut(admin, placement.loginRole);
  const deadline = performance.now() + 10_000;
  while ((await endBackends(admin, placement.loginRole)) > 0) {
    if (performance.now() > deadline) throw new Error('Sessions of a tenant would not end.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await rollBackPreparedOf(admin, placement.loginRole);
}

/** Of several tries, because a session may change its own role (its password) again and again, each time before us. */
async function shutOut(admin: ServerAdmin, loginRole: string): Promise<void> {
  for (let left = 20; ; left -= 1) {
    try {
      return await alterRole(admin, `ALTER ROLE ${sqlIdentifier(loginRole)} NOLOGIN`);
    } catch (error) {
      // "tuple concurrently updated"
      if (left === 0 || !hasSqlstate(error, SQLSTATE.internalError)) throw error;
      await endBackends(admin, loginRole);
    }
  }
}

/** Terminates as the warden, which is a member of every login role. @returns how many there were */
async function endBackends(admin: ServerAdmin, loginRole: string): Promise<number> {
  return admin.asWarden(async (client) => {
    const { rowCount } = await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1',
      [loginRole],
    );
    return rowCount ?? 0;
  });
}

/** Drops the tenant's database, also one that a crash left half-dropped. */
export async function dropDatabase(admin: ServerAdmin, placement: Placement): Promise<void> {
  if (!(await admin.databaseExists(placement.database))) return;
  await admin.adopt(placement.ownerRole, placement.loginRole);
  await rollBackPreparedIn(admin, placement.database);
  const drop = `DROP DATABASE IF EXISTS ${sqlIdentifier(placement.database)}`;
  await admin.inDatabase(admin.server.maintenanceDatabase, async (client) => {
    try {
      await runUnblocked(admin, client, `${drop} WITH (FORCE)`);
    } catch (error) {
      // An autovacuum worker is in it, which a role like ours may not end by force. Without force
      // PostgreSQL asks it to leave, and waits for it; nobody else is in it by now.
      if (!hasSqlstate(error, SQLSTATE.insufficientPrivilege)) throw error;
      await runUnblocked(admin, client, drop);
    }
  });
}

/** Drops the tenant's schema out of the shared database, and all that its roles may do there. */
export async function dropSchema(admin: ServerAdmin, placement: Placement): Promise<void> {
  if (!(await admin.databaseExists(placement.database))) return;
  await admin.adopt(placement.ownerRole, placement.loginRole);
  await admin.inDatabase(placement.database, async (client) => {
    const schema = sqlIdentifier(placement.schema);
    await runUnblocked(admin, client, `DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    for (const role of [placement.loginRole, placement.ownerRole]) {
      try {
        await runUnblocked(admin, client, `DROP OWNED BY ${sqlIdentifier(role)} CASCADE`);
      } catch (error) {
        if (!hasSqlstate(error, SQLSTATE.undefinedObject)) throw error;
      }
    }
  });
}
