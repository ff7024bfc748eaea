import type { CatalogDatabase } from '../catalog/catalog-database.js';

/** Tables of the catalog with a row for each integration of a tenant, by the kind that the doctor tells. */
const TABLES = { 'provider-accounts': 'provider_accounts', 'sync-schedule': 'sync_schedule' };

export type StrayKind = keyof typeof TABLES;

/** What a purge deletes, of a tenant that is purged, or that a restored catalog does not even know. */
const OF_NOBODY = Object.entries(TABLES).map(
  ([kind, table]) => `SELECT DISTINCT '${kind}' AS kind, r.tenant_id AS name, r.tenant_id
      FROM ${table} r LEFT JOIN tenants t ON t.id = r.tenant_id
     WHERE coalesce(t.status, 'purged') = 'purged'`,
);

/**
 * An integration that is synced by the schedule is active, and an active one is listed under its account:
 * that is written first, and taken out last. Without it no webhook and no daily look finds it. Any other
 * cause may be a hint that came in while the integration was taken out, and is on its way out too.
 */
const UNLISTED = `SELECT 'provider-account' AS kind, s.integration_id AS name, s.tenant_id
    FROM sync_schedule s JOIN tenants t ON t.id = s.tenant_id
   WHERE t.status IN ('active', 'suspended', 'closing') AND s.cause = 'schedule' AND NOT s.ending
     AND NOT EXISTS (SELECT FROM provider_accounts p
                      WHERE p.integration_id = s.integration_id AND p.tenant_id = s.tenant_id)`;

export interface StrayInventory {
  /** By tenant: all its rows of one table. */
  orphans: { kind: StrayKind; name: string }[];
  /** By integration. */
  missing: { kind: 'provider-account'; name: string; tenantId: string }[];
}

interface Row {
  kind: StrayKind | 'provider-account';
  name: string;
  tenant_id: string;
}

/**
 * What does not fit together in the catalog's tables about integrations, in one statement however many
 * tenants there are. What an integration is now stands in its tenant's database, which is not asked: that
 * would be a connection for each.
 */
export class StrayRows {
  constructor(private readonly catalog: CatalogDatabase) {}

  async find(): Promise<StrayInventory> {
    const rows = await this.catalog.query<Row>(
      `${[...OF_NOBODY, UNLISTED].join(' UNION ALL ')} ORDER BY kind, name`,
    );
    const found: StrayInventory = { orphans: [], missing: [] };
    for (const { kind, name, tenant_id: tenantId } of rows) {
      if (kind === 'provider-account') found.missing.push({ kind, name, tenantId });
      else found.orphans.push({ kind, name });
    }
    return found;
  }

  /** Looks again at whose they are: nothing of a tenant that is served is ever removed. */
  async remove(kind: StrayKind, tenantId: string): Promise<void> {
    await this.catalog.query(
      `DELETE FROM ${TABLES[kind]} WHERE tenant_id = $1
          AND NOT EXISTS (SELECT FROM tenants WHERE id = $1 AND status <> 'purged')`,
      [tenantId],
    );
  }
}
