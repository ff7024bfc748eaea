import { adminTenant } from '../../control-plane/admin/admin.dto.js';
import type { OrganizationNames } from '../../control-plane/admin/show-tenant.js';
import type { TenantRecord } from '../../tenancy/tenant-record.js';
import { writeJson, writeProperties } from './output.js';

/** One tenant as the HTTP API shows it, or a line for each property. */
export function writeTenant(
  record: TenantRecord,
  json = false,
  organization?: OrganizationNames | null,
): void {
  const tenant = adminTenant(record);
  if (json)
    return writeJson({ ...tenant, ...(organization === undefined ? {} : { organization }) });
  const { id, status, isolation, region, createdAt, placement, storage } = tenant;
  writeProperties({
    id,
    ...(organization == null ? {} : { organization: organization.name, slug: organization.slug }),
    status,
    isolation,
    region,
    created: createdAt,
    stores:
      storage === null
        ? 'not measured yet'
        : `${storage.bytes} bytes, about ${storage.rows} rows (${storage.level})`,
    ...(placement === null
      ? { place: 'none' }
      : {
          server: placement.server,
          database: placement.database,
          schema: placement.schema,
          role: placement.role,
          'schema version': String(placement.schemaVersion),
        }),
  });
}
