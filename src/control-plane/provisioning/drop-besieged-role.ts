import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import { rollBackBlocking } from './prepared-transactions.js';
import { releaseRole } from './release-role.js';
import type { ServerAdmin } from './server-admin.js';
import { TENANT_ROLES } from './tenant-roles.js';

const LOCK_TIMEOUT_MS = 30_000;

/** How long those who hold the role already may take to end. */
const PATIENCE_MS = 10_000;

const LOOK_MS = 20;

/**
 * Drops a role to which others keep granting, faster than it can be taken back. Nobody may be let in between
 * the last look and the drop, and PostgreSQL has no statement that only locks a role. So the drop itself
 * is made to wait: a first session holds a light lock on the role, a second one asks for the drop and waits
 * behind it. From then on every new grant to the role waits behind the drop. Who was there before is ended,
 * everything is taken back in peace, and the first session lets go.
 *
 * @throws with SQLSTATE 2BP01 when something hangs on it that this control role cannot reach
 */
export async function dropBesiegedRole(admin: ServerAdmin, role: string): Promise<void> {
  const { maintenanceDatabase } = admin.server;
  await admin.inDatabase(maintenanceDatabase, (guard) =>
    admin.inDatabase(maintenanceDatabase, async (dropper) => {
      const [guardPid, dropperPid] = [await prepare(guard), await prepare(dropper)];
      await guard.query('BEGIN');
      if (!(await lockLightly(guard, role))) return;
      const dropped = dropper.query(`DROP ROLE IF EXISTS ${sqlIdentifier(role)}`);
      dropped.catch(() => undefined);
      try {
        await untilAlone(admin, role, guardPid, dropperPid);
        await releaseRole(admin, role);
      } finally {
        await guard.query('ROLLBACK');
      }
      await dropped;
    }),
  );
}

async function prepare(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pg_backend_pid() AS pid, set_config('lock_timeout', $1, false)`,
    [`${LOCK_TIMEOUT_MS}ms`],
  );
  return rows[0]?.pid ?? 0;
}

/** Whoever may administer a role may comment on it, and until the commit nobody can drop it. */
async function lockLightly(guard: Client, role: string): Promise<boolean> {
  try {
    await guard.query(`COMMENT ON ROLE ${sqlIdentifier(role)} IS NULL`);
    return true;
  } catch (error) {
    // Gone meanwhile.
    if (hasSqlstate(error, SQLSTATE.undefinedObject)) return false;
    throw error;
  }
}

/** Until the drop waits, and only for our own guard. */
async function untilAlone(
  admin: ServerAdmin,
  role: string,
  guardPid: number,
  dropperPid: number,
): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpAt) {
    const locks = await admin.rows<{ pid: number | null; granted: boolean }>(
      `SELECT l.pid, l.granted FROM pg_locks l JOIN pg_roles r ON r.oid = l.objid
        WHERE l.locktype = 'object' AND l.classid = 'pg_authid'::regclass AND r.rolname = $1`,
      [role],
    );
    const holders = locks.filter(({ pid, granted }) => granted && pid !== guardPid);
    const waits = locks.some(({ pid, granted }) => !granted && pid === dropperPid);
    if (waits && holders.length === 0) return;
    await admin.rows(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE pid = ANY ($2) AND usesysid IN (${TENANT_ROLES})`,
      [admin.wardenRole, holders.map(({ pid }) => pid)],
    );
    await rollBackBlocking(admin, dropperPid);
    await sleep(LOOK_MS);
  }
}
