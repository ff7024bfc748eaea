import type { Isolation } from '../../tenancy/tenant-record.js';
import type { PlannedPlacement } from './new-placement.js';

/** A row of `placements` or `ready_placements`, as SQL gives it. */
export interface PlacementRow {
  tenant_id: string;
  server_id: string;
  isolation: Isolation;
  database_name: string;
  schema_name: string;
  owner_role: string;
  login_role: string;
  login_sealed: Buffer;
  schema_version: number;
}

export function plannedOf(row: PlacementRow): PlannedPlacement {
  return {
    tenantId: row.tenant_id,
    placement: {
      serverId: row.server_id,
      isolation: row.isolation,
      database: row.database_name,
      schema: row.schema_name,
      ownerRole: row.owner_role,
      loginRole: row.login_role,
      loginSealed: row.login_sealed,
      schemaVersion: row.schema_version,
    },
  };
}
