import { escapeIdentifier, type Client } from 'pg';
import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import { rollBackPreparedOf } from './prepared-transactions.js';
import type { ServerAdmin } from './server-admin.js';
import { runUnblocked } from './unblocked.js';

/**
 * Drops what a role owns and takes back what it was granted, in every database in which PostgreSQL knows of
 * something. Any role may grant rights on its own things to any other (a large object; by
 * `ALTER DEFAULT PRIVILEGES` on things to come), in a database in which the other has never been, and
 * PostgreSQL drops no role to which something is granted anywhere.
 *
 * What lies in a database that this control role may not connect to is left: dropping the role fails then,
 * and the search for what holds up says where.
 */
export async function releaseRole(admin: ServerAdmin, role: string): Promise<void> {
  await rollBackPreparedOf(admin, role);
  for (const database of await databasesWith(admin, role)) {
    try {
      await admin.inDatabase(database, (client) => releaseIn(admin, client, role));
    } catch (error) {
      if (!hasSqlstate(error, ...SHUT)) throw error;
    }
  }
}

const SHUT = [
  SQLSTATE.insufficientPrivilege,
  SQLSTATE.invalidAuthorization,
  SQLSTATE.objectNotInPrerequisiteState,
  SQLSTATE.invalidCatalogName,
  // dropped meanwhile
  SQLSTATE.undefinedObject,
];

/** What is granted on shared objects (a database) is in the list of none: any will do to take it back. */
async function databasesWith(admin: ServerAdmin, role: string): Promise<string[]> {
  const rows = await admin.rows<{ name: string }>(
    `SELECT DISTINCT coalesce(d.datname, $2) AS name
       FROM pg_shdepend s JOIN pg_roles r ON r.oid = s.refobjid
       LEFT JOIN pg_database d ON d.oid = s.dbid
      WHERE s.refclassid = 'pg_authid'::regclass AND r.rolname = $1
        AND s.classid <> 'pg_auth_members'::regclass`,
    [role, admin.server.maintenanceDatabase],
  );
  return rows.map(({ name }) => name);
}

async function releaseIn(admin: ServerAdmin, client: Client, role: string): Promise<void> {
  await dropOwned(admin, client, role);
  for (const { grantor, revoke } of await grantsLeft(client, role)) {
    await client.query(`SET ROLE ${escapeIdentifier(grantor)}`);
    await runUnblocked(admin, client, revoke);
    await client.query('RESET ROLE');
  }
}

/** Somebody who changes the same privileges at this moment makes one of the two fail: this one tries again. */
const TRIES = 20;

/** With what others may have hung on it. */
async function dropOwned(admin: ServerAdmin, client: Client, role: string): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await runUnblocked(admin, client, `DROP OWNED BY ${sqlIdentifier(role)} CASCADE`);
    } catch (error) {
      const lost = hasSqlstate(error, SQLSTATE.internalError, SQLSTATE.deadlockDetected);
      if (left === 0 || !lost) throw error;
    }
  }
}

/**
 * DROP OWNED takes back what the owner of a thing has granted. A right that came through a third role, to
 * which the owner had given the option to hand it on, is still there: only that role can take it back.
 */
async function grantsLeft(
  client: Client,
  role: string,
): Promise<{ grantor: string; revoke: string }[]> {
  const { rows } = await client.query<{ grantor: string; revoke: string }>(GRANTS_LEFT, [role]);
  return rows;
}

/** Kinds of things that a role may come to own: their catalog, its ACL, and how SQL names one. */
const KINDS = [
  ['pg_largeobject', 'pg_largeobject_metadata', 'lomacl', 'LARGE OBJECT', 'o.oid'],
  ['pg_class', 'pg_class', 'relacl', 'TABLE', 'o.oid::regclass'],
  ['pg_proc', 'pg_proc', 'proacl', 'ROUTINE', 'o.oid::regprocedure'],
  ['pg_type', 'pg_type', 'typacl', 'TYPE', 'o.oid::regtype'],
  ['pg_namespace', 'pg_namespace', 'nspacl', 'SCHEMA', 'o.oid::regnamespace'],
] as const;

const GRANTS_LEFT = `WITH grantee AS (SELECT oid, rolname FROM pg_roles WHERE rolname = $1),
  left_over AS (
    SELECT DISTINCT s.classid, s.objid FROM pg_shdepend s JOIN grantee g ON g.oid = s.refobjid
     WHERE s.refclassid = 'pg_authid'::regclass AND s.deptype = 'a'
       AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())),
  grants AS (${KINDS.map(
    ([catalog, table, acl, word, name]) =>
      `SELECT a.grantor, a.grantee, '${word} ' || ${name} AS thing FROM left_over l
         JOIN ${table} o ON l.classid = '${catalog}'::regclass AND o.oid = l.objid
        CROSS JOIN aclexplode(o.${acl}) a`,
  ).join(' UNION ')})
  SELECT r.rolname AS grantor,
         format('REVOKE ALL ON %s FROM %I CASCADE', a.thing, g.rolname) AS revoke
    FROM grants a JOIN grantee g ON g.oid = a.grantee JOIN pg_roles r ON r.oid = a.grantor`;
