import { escapeLiteral } from 'pg';
import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import type { ServerAdmin } from './server-admin.js';
import { TENANT_ROLES } from './tenant-roles.js';

interface Prepared {
  gid: string;
  owner: string;
  database: string;
}

const OURS = `p.owner IN (SELECT rolname FROM pg_roles WHERE oid IN (${TENANT_ROLES}))`;

/**
 * Rolls back what a role has prepared (`PREPARE TRANSACTION`), in whichever database. Such transactions
 * outlive their session and even the server, with all their locks. NuMoon prepares none; a server on which
 * they are switched on lets every tenant do so.
 */
export async function rollBackPreparedOf(admin: ServerAdmin, role: string): Promise<void> {
  await rollBack(
    admin,
    await admin.rows<Prepared>(
      `SELECT p.gid, p.owner, p.database FROM pg_prepared_xacts p WHERE ${OURS} AND p.owner = $2`,
      [admin.wardenRole, role],
    ),
  );
}

/** The same of all tenants' roles in one database. */
export async function rollBackPreparedIn(admin: ServerAdmin, database: string): Promise<void> {
  await rollBack(
    admin,
    await admin.rows<Prepared>(
      `SELECT p.gid, p.owner, p.database FROM pg_prepared_xacts p
        WHERE ${OURS} AND p.database = $2`,
      [admin.wardenRole, database],
    ),
  );
}

/** The same of those that this session is waiting for. A prepared transaction has no process: its locks say whose they are. */
export async function rollBackBlocking(admin: ServerAdmin, pid: number): Promise<void> {
  await rollBack(
    admin,
    await admin.rows<Prepared>(
      `SELECT DISTINCT p.gid, p.owner, p.database FROM pg_locks waiting
         JOIN pg_locks held ON held.granted AND held.pid IS NULL
          AND ${lockOf('held')} IS NOT DISTINCT FROM ${lockOf('waiting')}
         JOIN pg_locks own ON own.pid IS NULL AND own.locktype = 'transactionid'
          AND own.virtualtransaction = held.virtualtransaction
         JOIN pg_prepared_xacts p ON p.transaction = own.transactionid
        WHERE waiting.pid = $2 AND NOT waiting.granted AND ${OURS}`,
      [admin.wardenRole, pid],
    ),
  );
}

/** What a row of pg_locks is a lock on. */
function lockOf(row: string): string {
  return `ROW(${LOCKED.map((column) => `${row}.${column}`).join(', ')})`;
}

const LOCKED = [
  'locktype',
  'database',
  'relation',
  'page',
  'tuple',
  'virtualxid',
  'transactionid',
  'classid',
  'objid',
  'objsubid',
];

/** PostgreSQL wants it done in the database where it was prepared, as the role that did. */
async function rollBack(admin: ServerAdmin, prepared: readonly Prepared[]): Promise<void> {
  for (const { gid, owner, database } of prepared) {
    try {
      await admin.inDatabase(database, async (client) => {
        await client.query(`SET ROLE ${sqlIdentifier(owner)}`);
        // A tenant chose the name: any text.
        await client.query(`ROLLBACK PREPARED ${escapeLiteral(gid)}`);
      });
    } catch (error) {
      // Gone already; or in a database that we may not be in, which the search for what holds up tells.
      if (!hasSqlstate(error, ...NOT_TO_BE_DONE)) throw error;
    }
  }
}

const NOT_TO_BE_DONE = [
  SQLSTATE.undefinedObject,
  SQLSTATE.insufficientPrivilege,
  SQLSTATE.objectNotInPrerequisiteState,
  SQLSTATE.invalidAuthorization,
  SQLSTATE.invalidCatalogName,
];
