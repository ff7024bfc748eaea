import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import { dropBesiegedRole } from './drop-besieged-role.js';
import { releaseRole } from './release-role.js';
import type { ServerAdmin } from './server-admin.js';

/**
 * Drops a role, and all that hangs on it anywhere on the server. A role that is gone already is success.
 *
 * @throws with SQLSTATE 2BP01 when something hangs on it that this control role cannot reach
 */
export async function dropRole(admin: ServerAdmin, role: string): Promise<void> {
  if (!(await admin.roleExists(role))) return;
  if (await drop(admin, role)) return;
  await releaseRole(admin, role);
  if (await drop(admin, role)) return;
  await dropBesiegedRole(admin, role);
}

/** @returns false when something hangs on the role, or locks it */
async function drop(admin: ServerAdmin, role: string): Promise<boolean> {
  try {
    await admin.run(`SET LOCAL lock_timeout = 500; DROP ROLE IF EXISTS ${sqlIdentifier(role)}`);
    return true;
  } catch (error) {
    if (hasSqlstate(error, ...HELD)) return false;
    throw error;
  }
}

const HELD = [
  SQLSTATE.dependentObjectsStillExist,
  SQLSTATE.lockNotAvailable,
  SQLSTATE.deadlockDetected,
  // "tuple concurrently updated"
  SQLSTATE.internalError,
];
