import { TENANT_SCHEMA_VERSION } from '../../../tenants/migrations/index.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { PlacementFactory } from '../provisioning/placement-factory.js';
import { plannedOf, type PlacementRow } from '../provisioning/placement-row.js';

/**
 * Places in stock that nobody will claim: half-made ones whose process died, ones of an older schema
 * version, and ones that a reconciler before us did not finish discarding.
 */
export class DiscardStalePlaces {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly factory: PlacementFactory,
    private readonly leaseSeconds: number,
  ) {}

  /** @returns how many were discarded */
  async execute(): Promise<number> {
    const rows = await this.catalog.query<PlacementRow>(
      `UPDATE ready_placements
          SET state = 'discarding', lease_until = now() + make_interval(secs => $2)
        WHERE (state IN ('preparing', 'discarding') AND lease_until < now())
           OR (state = 'ready' AND schema_version <> $1)
       RETURNING *`,
      [TENANT_SCHEMA_VERSION, this.leaseSeconds],
    );
    for (const row of rows) await this.factory.unmake(plannedOf(row));
    return rows.length;
  }
}
