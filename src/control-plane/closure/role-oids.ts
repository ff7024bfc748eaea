import type { PlannedPlacement } from '../provisioning/new-placement.js';
import type { StepTools } from '../provisioning/step-tools.js';
import { loginRolesOf } from './login-roles.js';

/** Writes down the tenant's roles by number, before any is dropped; those of an earlier try stay written. */
export async function rememberRoleOids(
  { admin, catalog }: Pick<StepTools, 'admin' | 'catalog'>,
  planned: PlannedPlacement,
): Promise<void> {
  const roles = [...(await loginRolesOf(catalog, planned)), planned.placement.ownerRole];
  const rows = await admin.rows<{ oid: string }>(
    'SELECT oid::text FROM pg_roles WHERE rolname = ANY($1)',
    [roles],
  );
  await catalog.query(
    `UPDATE closures SET role_oids = ARRAY(SELECT DISTINCT unnest(role_oids || $2::bigint[]))
      WHERE tenant_id = $1 AND status = 'purging'`,
    [planned.tenantId, rows.map(({ oid }) => oid)],
  );
}

export async function roleOidsOf(
  { catalog }: Pick<StepTools, 'catalog'>,
  tenantId: string,
): Promise<string[]> {
  const [row] = await catalog.query<{ oids: string[] | null }>(
    `SELECT role_oids::text[] AS oids FROM closures WHERE tenant_id = $1 AND status = 'purging'`,
    [tenantId],
  );
  return row?.oids ?? [];
}
