import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import type { Placement } from '../../tenancy/tenant-record.js';
import type { ServerAdmin } from './server-admin.js';

/**
 * Ends every session of the tenant's role and lets in no new one. Waits until the backends are gone,
 * because a schema cannot be dropped under a running statement without waiting for its locks.
 */
export async function endSessions(admin: ServerAdmin, placement: Placement): Promise<void> {
  if (!(await admin.roleExists(placement.loginRole))) return;
  await admin.run(`ALTER ROLE ${sqlIdentifier(placement.loginRole)} NOLOGIN`);
  const deadline = performance.now() + 10_000;
  while ((await endBackends(admin, placement.loginRole)) > 0) {
    if (performance.now() > deadline) throw new Error('Sessions of a tenant would not end.');
    await new Promise((resolve) => setTimeout(resolve, 20));
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
  const drop = `DROP DATABASE IF EXISTS ${sqlIdentifier(placement.database)}`;
  try {
    await admin.run(`${drop} WITH (FORCE)`);
  } catch (error) {
    // An autovacuum worker is in it, which a role like ours may not end by force. Without force
    // PostgreSQL asks it to leave, and waits for it; nobody else is in it by now.
    if (!hasSqlstate(error, SQLSTATE.insufficientPrivilege)) throw error;
    await admin.run(drop);
  }
}

/** Drops the tenant's schema out of the shared database, and all that its roles may do there. */
export async function dropSchema(admin: ServerAdmin, placement: Placement): Promise<void> {
  if (!(await admin.databaseExists(placement.database))) return;
  await admin.adopt(placement.ownerRole, placement.loginRole);
  await admin.inDatabase(placement.database, async (client) => {
    await client.query(`DROP SCHEMA IF EXISTS ${sqlIdentifier(placement.schema)} CASCADE`);
    for (const role of [placement.loginRole, placement.ownerRole]) {
      try {
        await client.query(`DROP OWNED BY ${sqlIdentifier(role)}`);
      } catch (error) {
        if ((error as { code?: string }).code !== SQLSTATE.undefinedObject) throw error;
      }
    }
  });
}
