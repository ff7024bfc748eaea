import { announce } from '../../infrastructure/postgres/change-feed.js';
import { TenantNotFoundError } from '../../tenancy/tenancy.errors.js';
import type { TenantRecord } from '../../tenancy/tenant-record.js';
import { mayMove, type TenantStatus } from '../../tenancy/tenant-status.js';
import { TenantMoveRefusedError } from './catalog.errors.js';
import type { CatalogTransaction } from './catalog-database.js';
import type { CatalogDataSource } from './catalog.data-source.js';
import { TenantEntity, tenantRecordOf } from './tenant.entity.js';

export interface TenantPage {
  items: TenantRecord[];
  nextCursor: string | null;
}

/** Reads tenants, and moves them between states: the only code that writes `tenants.status` after creation. */
export class TenantsRepository {
  constructor(private readonly dataSource: CatalogDataSource) {}

  async find(tenantId: string): Promise<TenantRecord | null> {
    const row = await this.dataSource
      .getRepository(TenantEntity)
      .findOne({ where: { id: tenantId }, relations: { placement: true, storage: true } });
    return row === null ? null : tenantRecordOf(row);
  }

  /** Ordered by id; the cursor is the last id of the page before. */
  async page(limit: number, cursor?: string, status?: TenantStatus): Promise<TenantPage> {
    const query = this.dataSource
      .getRepository(TenantEntity)
      .createQueryBuilder('tenant')
      .leftJoinAndSelect('tenant.placement', 'placement')
      .leftJoinAndSelect('tenant.storage', 'storage')
      .orderBy('tenant.id')
      .limit(limit + 1);
    if (cursor !== undefined) query.andWhere('tenant.id > :cursor', { cursor });
    if (status !== undefined) query.andWhere('tenant.status = :status', { status });
    const rows = await query.getMany();
    const items = rows.slice(0, limit).map(tenantRecordOf);
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  async idsIn(statuses: readonly TenantStatus[]): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      'SELECT id FROM tenants WHERE status = ANY($1) ORDER BY id',
      [statuses],
    );
    return rows.map(({ id }) => id);
  }

  async countByStatus(): Promise<Map<TenantStatus, number>> {
    const rows = await this.dataSource.query<{ status: TenantStatus; count: number }[]>(
      'SELECT status, count(*)::int AS count FROM tenants GROUP BY status',
    );
    return new Map(rows.map((row) => [row.status, row.count]));
  }

  /**
   * Moves the tenant inside the caller's transaction, locked, and tells every process.
   *
   * @param from only from this state, where the table allows several
   * @returns the state it came from
   * @throws TenantNotFoundError | TenantMoveRefusedError
   */
  async move(
    tx: CatalogTransaction,
    tenantId: string,
    to: TenantStatus,
    from?: TenantStatus,
  ): Promise<TenantStatus> {
    const [row] = await tx.query<{ status: TenantStatus }>(
      'SELECT status FROM tenants WHERE id = $1 FOR UPDATE',
      [tenantId],
    );
    if (row === undefined) throw new TenantNotFoundError();
    if (!mayMove(row.status, to) || (from !== undefined && row.status !== from)) {
      throw new TenantMoveRefusedError(tenantId, row.status, to);
    }
    await tx.query('UPDATE tenants SET status = $2, status_changed_at = now() WHERE id = $1', [
      tenantId,
      to,
    ]);
    await announce(tx, { kind: 'tenant', tenantId });
    return row.status;
  }
}
