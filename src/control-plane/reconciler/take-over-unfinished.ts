import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { AbandonTenant } from '../provisioning/abandon-tenant.js';
import { plannedOf, type PlacementRow } from '../provisioning/placement-row.js';

/** Tenants whose provisioning outlived its lease: their process is dead, and they are undone. */
export class TakeOverUnfinished {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly abandon: AbandonTenant,
  ) {}

  /** @returns ids of the tenants undone now */
  async execute(): Promise<string[]> {
    const rows = await this.catalog.query<PlacementRow>(
      `SELECT p.* FROM placements p JOIN tenants t ON t.id = p.tenant_id
        WHERE t.status = 'provisioning' AND t.lease_until < now()`,
    );
    const undone: string[] = [];
    for (const row of rows) {
      if (await this.abandon.execute(plannedOf(row), null)) undone.push(row.tenant_id);
    }
    return undone;
  }
}
