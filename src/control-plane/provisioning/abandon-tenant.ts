import { announce } from '../../infrastructure/postgres/change-feed.js';
import { randomWord } from '../../kernel/ids.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { PlannedPlacement } from './new-placement.js';
import type { PlacementFactory } from './placement-factory.js';

/**
 * Undoes a tenant that never became active: its place goes, then its rows, so that a crash in between
 * leaves the rows that say what still has to go. The tenant's row stays as `failed`, for the doctor.
 */
export class AbandonTenant {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly factory: PlacementFactory,
    private readonly leaseSeconds: number,
  ) {}

  /**
   * @param holder whose unfinished work it is; null takes over only work whose lease has run out
   * @returns false when it is not (or no longer) unfinished work of that holder, and nothing was done:
   *   a commit whose answer was lost may have made the tenant active after all
   */
  async execute(planned: PlannedPlacement, holder: string | null): Promise<boolean> {
    const { tenantId } = planned;
    const mine = await this.catalog.query(
      `UPDATE tenants SET lease_holder = $2, lease_until = now() + make_interval(secs => $3)
        WHERE id = $1 AND status = 'provisioning' AND (lease_holder = $4 OR lease_until < now())
        RETURNING id`,
      [tenantId, randomWord(16), this.leaseSeconds, holder],
    );
    if (mine.length === 0) return false;
    await this.factory.unmake(planned);
    await this.catalog.transaction(async (tx) => {
      for (const table of ['sign_ins', 'address_proofs', 'slugs', 'placements']) {
        await tx.query(`DELETE FROM ${table} WHERE tenant_id = $1`, [tenantId]);
      }
      await tx.query(
        `UPDATE tenants SET status = 'failed', status_changed_at = now(), lease_holder = NULL, lease_until = NULL
          WHERE id = $1 AND status = 'provisioning'`,
        [tenantId],
      );
      await announce(tx, { kind: 'tenant', tenantId });
    });
    return true;
  }
}
