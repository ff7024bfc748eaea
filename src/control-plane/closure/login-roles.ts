import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { PlannedPlacement } from '../provisioning/new-placement.js';

/** Every login role of the tenant: a change of it that was cut off has left two. */
export async function loginRolesOf(
  catalog: CatalogDatabase,
  { tenantId, placement }: PlannedPlacement,
): Promise<string[]> {
  const rows = await catalog.query<{ role: string }>(
    'SELECT unnest(ARRAY[old_role, new_role]) AS role FROM login_rotations WHERE tenant_id = $1',
    [tenantId],
  );
  return [...new Set([placement.loginRole, ...rows.map(({ role }) => role)])];
}
