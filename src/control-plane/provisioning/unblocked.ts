import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import { rollBackBlocking } from './prepared-transactions.js';
import type { ServerAdmin } from './server-admin.js';
import { TENANT_ROLES } from './tenant-roles.js';

/** Whoever is in the way by accident is through by then. */
const FIRST_WAIT_MS = 500;

const LOOK_MS = 50;

/** For what may not be ended from here; then the statement fails, and says so. */
const PATIENCE_MS = 10_000;

/**
 * Statements that change a role, on a connection of the pool. A tenant can lock its own role for as long as
 * it likes (a new password, not committed), and others' against being dropped (a grant to them, not
 * committed): where that is so, whoever holds the lock is ended.
 */
export async function alterRole(admin: ServerAdmin, sql: string): Promise<void> {
  try {
    await admin.run(`SET LOCAL lock_timeout = ${FIRST_WAIT_MS}; ${sql}`);
  } catch (error) {
    if (!hasSqlstate(error, SQLSTATE.lockNotAvailable)) throw error;
    await admin.inDatabase(admin.server.maintenanceDatabase, (client) =>
      runUnblocked(admin, client, sql),
    );
  }
}

/**
 * Runs a statement that takes heavy locks, and ends sessions and prepared transactions of tenants' roles for
 * as long as they keep it waiting. No session of the product is ever among them: it takes no such locks.
 *
 * @param client a connection of its own: the settings made here stay on it
 * @throws with SQLSTATE 55P03 when something else has held it up for too long
 */
export async function runUnblocked(admin: ServerAdmin, client: Client, sql: string): Promise<void> {
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pg_backend_pid() AS pid, set_config('lock_timeout', $1, false)`,
    [`${PATIENCE_MS}ms`],
  );
  await whileRunning(client.query(sql), () => endBlockers(admin, rows[0]?.pid ?? 0));
}

/** Calls `look` again and again until the work is over. @throws what the work throws */
export async function whileRunning(
  work: Promise<unknown>,
  look: () => Promise<void>,
): Promise<void> {
  let over = false;
  const settled = work.then(
    () => void (over = true),
    () => void (over = true),
  );
  for (;;) {
    await Promise.race([settled, sleep(LOOK_MS)]);
    if (over) break;
    // A look that fails (the database is away) is followed by another, or by the end of the work.
    await look().catch(() => undefined);
  }
  await work;
}

async function endBlockers(admin: ServerAdmin, pid: number): Promise<void> {
  await admin.rows(
    `SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
      WHERE a.pid = ANY (pg_blocking_pids($2)) AND a.usesysid IN (${TENANT_ROLES})`,
    [admin.wardenRole, pid],
  );
  await rollBackBlocking(admin, pid);
}
