import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { Retries } from '../catalog/retries.js';
import type { AbandonTenant } from '../provisioning/abandon-tenant.js';
import { plannedOf, type PlacementRow } from '../provisioning/placement-row.js';

/** Tenants whose provisioning outlived its lease: their process is dead, and they are undone. */
export class TakeOverUnfinished {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly abandon: AbandonTenant,
    private readonly retries: Retries,
  ) {}

  /** @returns how many were undone now */
  async execute(): Promise<number> {
    const rows = await this.catalog.query<PlacementRow>(
      `SELECT p.* FROM placements p JOIN tenants t ON t.id = p.tenant_id
        WHERE t.status = 'provisioning' AND t.lease_until < now()`,
    );
    const places = new Map(rows.map((row) => [row.tenant_id, plannedOf(row)]));
    return this.retries.each('undo-signup', [...places.keys()], async (tenantId) => {
      const place = places.get(tenantId);
      return place !== undefined && this.abandon.execute(place, null);
    });
  }
}
