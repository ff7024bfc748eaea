import { newPlacementName, newTenantId } from '../../kernel/ids.js';
import type { TenantLogins } from '../../tenancy/tenant-logins.js';
import type { Isolation, Placement } from '../../tenancy/tenant-record.js';
import { TENANT_SCHEMA_VERSION } from '../../../tenants/migrations/index.js';
import { PRIMARY_SERVER } from '../catalog/server.entity.js';

/** A placement that does not exist yet, with the id of the tenant it will belong to. */
export interface PlannedPlacement {
  tenantId: string;
  placement: Placement;
}

/** Random names that say nothing of the tenant, of its age or of its neighbours. */
export function planPlacement(
  isolation: Isolation,
  sharedDatabase: string,
  logins: TenantLogins,
): PlannedPlacement {
  const tenantId = newTenantId();
  const loginRole = newPlacementName();
  return {
    tenantId,
    placement: {
      serverId: PRIMARY_SERVER,
      isolation,
      database: isolation === 'database' ? newPlacementName() : sharedDatabase,
      schema: isolation === 'database' ? 'public' : newPlacementName(),
      ownerRole: newPlacementName(),
      loginRole,
      loginSealed: logins.make(tenantId, loginRole),
      schemaVersion: TENANT_SCHEMA_VERSION,
    },
  };
}
