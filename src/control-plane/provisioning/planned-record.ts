import type { TenantRecord } from '../../tenancy/tenant-record.js';
import type { TenantStatus } from '../../tenancy/tenant-status.js';
import type { PlannedPlacement } from './new-placement.js';

/** The record of a tenant that the directory does not serve yet, for the code that is making it. */
export function recordOf(planned: PlannedPlacement, status: TenantStatus): TenantRecord {
  return {
    id: planned.tenantId,
    status,
    isolation: planned.placement.isolation,
    region: '',
    createdAt: new Date(),
    placement: planned.placement,
  };
}
