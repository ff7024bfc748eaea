import { changePrivilege } from '../../infrastructure/postgres/change-privilege.js';
import { sqlIdentifier, sqlLiteral } from '../../infrastructure/postgres/sql-identifier.js';
import { SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import { joinShared } from './login-role.js';
import type { ServerAdmin } from './server-admin.js';

/** Roles of ours that belong to no tenant. Named after the catalog, so that two NuMoons can share a server. */
export interface ServerRoles {
  /** Owns the objects inside templates until a copy is handed over. */
  template: string;
  /** May connect to the shared database; login roles with schema isolation are its members. */
  shared: string;
  /**
   * A member of every role we made for a tenant: that is how they are known as ours on a server where
   * others make roles too, and how their sessions can be seen and ended.
   */
  warden: string;
}

export function serverRoles(catalogDatabase: string): ServerRoles {
  return {
    template: `${catalogDatabase}_template`,
    shared: `${catalogDatabase}_shared`,
    warden: `${catalogDatabase}_warden`,
  };
}

/** Creates them when missing. Safe to run twice and by two processes at once. */
export async function ensureServerRoles(admin: ServerAdmin, roles: ServerRoles): Promise<void> {
  for (const role of Object.values(roles)) {
    const name = sqlIdentifier(role);
    if (await admin.roleExists(role)) continue;
    await admin.run(
      `CREATE ROLE ${name} NOLOGIN; GRANT ${name} TO CURRENT_USER`,
      SQLSTATE.duplicateObject,
      SQLSTATE.uniqueViolation,
    );
  }
}

/** Login roles of before, which could act as the shared role. None is left after the first start. */
async function limitMembers(admin: ServerAdmin, shared: string): Promise<void> {
  const members = await admin.rows<{ name: string }>(
    // PostgreSQL 15 has no such column: as JSON it is simply not there.
    `SELECT r.rolname AS name FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
      WHERE m.roleid = to_regrole($1) AND r.rolname <> current_user
        AND (to_jsonb(m)->>'set_option')::boolean`,
    [shared],
  );
  // Another process that starts at this moment does the same.
  for (const { name } of members) await admin.run(joinShared(shared, name), SQLSTATE.internalError);
}

/**
 * Members of the shared role may connect to the shared database; nobody else, and nobody may create there.
 * Safe to run twice and by two processes at once.
 */
export async function ensureSharedDatabase(
  admin: ServerAdmin,
  database: string,
  roles: ServerRoles,
): Promise<void> {
  await changePrivilege((sql) => admin.rows(sql, []), {
    isDone: `has_database_privilege(${sqlLiteral(roles.shared)}, ${sqlLiteral(database)}, 'CONNECT')`,
    change: `GRANT CONNECT ON DATABASE ${sqlIdentifier(database)} TO ${sqlIdentifier(roles.shared)}`,
  });
  await limitMembers(admin, roles.shared);
}
