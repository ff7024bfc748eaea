import { hasCode } from '../../kernel/app-error.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { TenantsRepository } from '../catalog/tenants.repository.js';
import { ClosureNotCancellableError } from './closure.errors.js';
import type { TenantFence } from './tenant-fence.js';

/** Takes a closure back while its grace lasts. Once the purge has begun nothing can. */
export class CancelClosure {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly tenants: TenantsRepository,
    private readonly fence: TenantFence,
  ) {}

  /** @throws ClosureNotCancellableError */
  async execute(tenantId: string): Promise<void> {
    try {
      await this.catalog.transaction(async (tx) => {
        // The tenant's row first, as a purge that begins does: in another order the two would deadlock.
        await tx.query('SELECT FROM tenants WHERE id = $1 FOR UPDATE', [tenantId]);
        const cancelled = await tx.query(
          `UPDATE closures SET status = 'cancelled', cancelled_at = now()
            WHERE tenant_id = $1 AND status = 'grace' RETURNING id`,
          [tenantId],
        );
        if (cancelled.length === 0) throw new ClosureNotCancellableError();
        await this.tenants.move(tx, tenantId, 'active', 'closing');
        await tx.query(
          `UPDATE deadlines SET dropped_at = now()
            WHERE tenant_id = $1 AND kind = 'purge' AND met_at IS NULL`,
          [tenantId],
        );
      });
    } catch (error) {
      if (hasCode(error, 'tenant_move_refused')) throw new ClosureNotCancellableError();
      throw error;
    }
    this.fence.lower(tenantId);
  }
}
