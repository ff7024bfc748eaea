import { TENANT_SCHEMA_VERSION } from '../../../tenants/migrations/index.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { Retries } from '../catalog/retries.js';
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
    private readonly retries: Retries,
  ) {}

  /** @returns how many were discarded */
  async execute(): Promise<number> {
    const rows = await this.catalog.query<PlacementRow>(
      `UPDATE ready_placements
          SET state = 'discarding', lease_until = now() + make_interval(secs => $2)
        WHERE ((state IN ('preparing', 'discarding') AND lease_until < now())
            OR (state = 'ready' AND schema_version <> $1))
          AND NOT EXISTS (SELECT FROM retries r
            WHERE r.work = 'discard-place' AND r.subject = tenant_id AND r.due_at > now())
       RETURNING *`,
      [TENANT_SCHEMA_VERSION, this.leaseSeconds],
    );
    const places = new Map(rows.map((row) => [row.tenant_id, plannedOf(row)]));
    return this.retries.each('discard-place', [...places.keys()], async (tenantId) => {
      const place = places.get(tenantId);
      if (place !== undefined) await this.factory.unmake(place);
    });
  }
}
