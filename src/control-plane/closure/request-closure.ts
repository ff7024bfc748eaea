import { newId } from '../../kernel/ids.js';
import { hasCode } from '../../kernel/app-error.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { TenantsRepository } from '../catalog/tenants.repository.js';

export interface RequestedClosure {
  closureId: string;
  purgeAt: Date;
}

export const GRACE_DAYS = { min: 0, max: 29, default: 7 } as const;

/**
 * Fences the tenant at once and sets the date of its purge, in one transaction. The date is counted
 * by the database's clock.
 */
export class RequestClosure {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly tenants: TenantsRepository,
  ) {}

  /**
   * A second request, also a simultaneous one, joins the first: same closure, same date.
   *
   * @throws TenantMoveRefusedError when the tenant is in no state to be closed
   */
  async execute(
    tenantId: string,
    requestedBy: 'owner' | 'administrator',
    graceDays: number = GRACE_DAYS.default,
  ): Promise<RequestedClosure> {
    try {
      return await this.#open(tenantId, requestedBy, graceDays);
    } catch (error) {
      const joined = hasCode(error, 'tenant_move_refused') ? await this.#running(tenantId) : null;
      if (joined === null) throw error;
      return joined;
    }
  }

  async #open(
    tenantId: string,
    requestedBy: 'owner' | 'administrator',
    graceDays: number,
  ): Promise<RequestedClosure> {
    return this.catalog.transaction(async (tx) => {
      await this.tenants.move(tx, tenantId, 'closing');
      const closureId = newId('cls');
      const [row] = await tx.query<{ purge_at: Date }>(
        `WITH closure AS (
           INSERT INTO closures (id, tenant_id, status, requested_by, purge_at)
           VALUES ($1, $2, 'grace', $3, now() + make_interval(days => $4)) RETURNING purge_at)
         INSERT INTO deadlines (id, tenant_id, kind, due_at)
         SELECT $5, $2, 'purge', purge_at FROM closure RETURNING due_at AS purge_at`,
        [closureId, tenantId, requestedBy, graceDays, newId('ddl')],
      );
      return { closureId, purgeAt: (row as { purge_at: Date }).purge_at };
    });
  }

  async #running(tenantId: string): Promise<RequestedClosure | null> {
    const [row] = await this.catalog.query<{ id: string; purge_at: Date }>(
      `SELECT id, purge_at FROM closures WHERE tenant_id = $1 AND status IN ('grace', 'purging')`,
      [tenantId],
    );
    return row === undefined ? null : { closureId: row.id, purgeAt: row.purge_at };
  }
}
