import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import type { Placement } from '../../tenancy/tenant-record.js';
import { asOwner } from '../provisioning/as-owner.js';
import { rowPrivileges } from '../provisioning/row-privileges.js';
import type { ServerAdmin } from '../provisioning/server-admin.js';

/** Takes from the tenant's own roles what makes tables grow. Reading and deleting stay. Safe to run twice. */
export async function holdWrites(
  admin: ServerAdmin,
  placement: Placement,
  loginRoles: readonly string[],
): Promise<void> {
  const schema = sqlIdentifier(placement.schema);
  const roles = loginRoles.map(sqlIdentifier).join(', ');
  await asOwner(admin, placement, (client) =>
    client.query(`REVOKE INSERT, UPDATE ON ALL TABLES IN SCHEMA ${schema} FROM ${roles}`),
  );
}

/** Gives it back. Safe to run twice. */
export async function allowWrites(
  admin: ServerAdmin,
  placement: Placement,
  loginRoles: readonly string[],
): Promise<void> {
  const grants = loginRoles.map((loginRole) => rowPrivileges({ ...placement, loginRole }));
  await asOwner(admin, placement, (client) => client.query(grants.join(';')));
}
