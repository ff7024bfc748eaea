import type { StorageLevel } from '../../tenancy/tenant-record.js';
import type { CatalogDatabase, CatalogTransaction } from '../catalog/catalog-database.js';
import type { PlannedPlacement } from '../provisioning/new-placement.js';
import { plannedOf, type PlacementRow } from '../provisioning/placement-row.js';
import type { Measured } from './measure-place.js';

/** A tenant to be measured, and what was known of it. */
export interface DueMeasure {
  planned: PlannedPlacement;
  level: StorageLevel;
  /** What was gone when its files were last rewritten. */
  goneBefore: number;
}

/** Everybody so often; who did something lately, or is not well within, more often. */
const SECONDS = 300;
const SECONDS_IF_BUSY = 30;

/** What the processes show may differ from what was measured by so much. */
const UNTOLD_BYTES = 16 * 1024 * 1024;

/** `tenant_storage` of the catalog. */
export class MeasuresRepository {
  constructor(private readonly catalog: CatalogDatabase) {}

  async due(busyRoles: readonly string[]): Promise<DueMeasure[]> {
    const rows = await this.catalog.query<
      PlacementRow & { level: StorageLevel | null; gone_before: string | null }
    >(
      `SELECT p.*, s.level, s.gone_before FROM placements p JOIN tenants t ON t.id = p.tenant_id
         LEFT JOIN tenant_storage s ON s.tenant_id = p.tenant_id
        WHERE t.status IN ('active', 'suspended', 'closing')
          AND (s.measured_at IS NULL OR s.measured_at < now() - make_interval(secs => $2)
               OR (s.measured_at < now() - make_interval(secs => $3)
                   AND (s.level <> 'within' OR p.login_role = ANY ($1))))
        ORDER BY s.measured_at NULLS FIRST LIMIT 1000`,
      [busyRoles, SECONDS, SECONDS_IF_BUSY],
    );
    return rows.map((row) => ({
      planned: plannedOf(row),
      level: row.level ?? 'within',
      goneBefore: Number(row.gone_before ?? 0),
    }));
  }

  /**
   * Null where somebody else has written another level meanwhile, or the tenant goes.
   *
   * @returns whether the processes are to be told
   */
  async write(
    tx: CatalogTransaction,
    { planned, level: before, goneBefore }: DueMeasure,
    level: StorageLevel,
    { bytes, rows }: Measured,
  ): Promise<{ tell: boolean } | null> {
    const [known] = await tx.query<{ told_bytes: string | null; level: StorageLevel | null }>(
      `SELECT s.told_bytes, s.level FROM tenants t LEFT JOIN tenant_storage s ON s.tenant_id = t.id
        WHERE t.id = $1 AND t.status IN ('active', 'suspended', 'closing') FOR UPDATE OF t`,
      [planned.tenantId],
    );
    if (known === undefined || (known.level ?? 'within') !== before) return null;
    const told = known.told_bytes === null ? null : Number(known.told_bytes);
    const tell = level !== before || told === null || Math.abs(bytes - told) > UNTOLD_BYTES;
    await tx.query(
      `INSERT INTO tenant_storage AS s (tenant_id, bytes, rows, level, told_bytes, gone_before)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (tenant_id) DO UPDATE SET bytes = $2, rows = $3, level = $4, told_bytes = $5,
         gone_before = $6, measured_at = now()`,
      [planned.tenantId, bytes, rows, level, tell ? bytes : told, goneBefore],
    );
    return { tell };
  }

  /** Takes the tenant for looked at, with what was known of it. */
  async putOff(tenantId: string): Promise<void> {
    await this.catalog.query(
      `INSERT INTO tenant_storage (tenant_id, bytes, rows, level, told_bytes, gone_before)
       SELECT id, 0, 0, 'within', 0, 0 FROM tenants
        WHERE id = $1 AND status IN ('active', 'suspended', 'closing')
       ON CONFLICT (tenant_id) DO UPDATE SET measured_at = now()`,
      [tenantId],
    );
  }

  /** What rested because the tenant was full is due at once. */
  async wakeSyncs(tx: CatalogTransaction, tenantId: string): Promise<void> {
    await tx.query(
      `UPDATE sync_schedule SET due_at = now()
        WHERE tenant_id = $1 AND due_at > now() AND due_at < 'infinity'`,
      [tenantId],
    );
  }

  /** How many tenants are at each level, and how much all of them store. */
  async totals(): Promise<{ level: StorageLevel; tenants: number; bytes: number }[]> {
    return this.catalog.query(
      `SELECT level, count(*)::int AS tenants, sum(bytes)::float8 AS bytes
         FROM tenant_storage GROUP BY level`,
    );
  }
}
