import { announce } from '../../infrastructure/postgres/change-feed.js';
import { ISOLATIONS, type Isolation } from '../../tenancy/tenant-record.js';
import { TENANT_SCHEMA_VERSION } from '../../../tenants/migrations/index.js';
import type { CatalogDatabase, CatalogTransaction } from '../catalog/catalog-database.js';
import type { PlannedPlacement } from './new-placement.js';
import type { PlacementFactory } from './placement-factory.js';
import { plannedOf, type PlacementRow } from './placement-row.js';

export type StockTargets = Readonly<Record<Isolation, number>>;

/** Ready places, made ahead of need. Whoever claims one takes its row; the row is the only lock. */
export class Stock {
  #refilling: Promise<void> | null = null;

  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly factory: PlacementFactory,
    private readonly targets: StockTargets,
  ) {}

  /** Takes the oldest ready place in the caller's transaction, or null when there is none. */
  async take(tx: CatalogTransaction, isolation: Isolation): Promise<PlannedPlacement | null> {
    const [row] = await tx.query<PlacementRow>(
      `DELETE FROM ready_placements WHERE tenant_id = (
         SELECT tenant_id FROM ready_placements
          WHERE state = 'ready' AND isolation = $1 AND schema_version = $2
          ORDER BY created_at FOR UPDATE SKIP LOCKED LIMIT 1)
       RETURNING *`,
      [isolation, TENANT_SCHEMA_VERSION],
    );
    if (row === undefined) return null;
    await announce(tx, { kind: 'stock' });
    return plannedOf(row);
  }

  /** Brings the stock to its targets. One refill a process; a second call joins the first. */
  refill(): Promise<void> {
    this.#refilling ??= this.#refill().finally(() => {
      this.#refilling = null;
    });
    return this.#refilling;
  }

  async #refill(): Promise<void> {
    for (const isolation of ISOLATIONS) {
      while ((await this.#count(isolation)) < this.targets[isolation]) {
        const planned = await this.factory.make(isolation);
        const kept = await this.catalog.query(
          `UPDATE ready_placements SET state = 'ready'
            WHERE tenant_id = $1 AND state = 'preparing' RETURNING tenant_id`,
          [planned.tenantId],
        );
        // The reconciler undid it while this process stood still; what was made since, no row tells of.
        if (kept.length === 0) await this.factory.unmake(planned);
      }
    }
  }

  /** Ready ones and those being made now, by whichever process. */
  async #count(isolation: Isolation): Promise<number> {
    const [row] = await this.catalog.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ready_placements
        WHERE isolation = $1 AND schema_version = $2 AND (state = 'ready' OR lease_until > now())`,
      [isolation, TENANT_SCHEMA_VERSION],
    );
    return row?.count ?? 0;
  }

  async ready(): Promise<Record<Isolation, number>> {
    const rows = await this.catalog.query<{ isolation: Isolation; count: number }>(
      `SELECT isolation, count(*)::int AS count FROM ready_placements WHERE state = 'ready' GROUP BY 1`,
    );
    const counts = { database: 0, schema: 0 };
    for (const row of rows) counts[row.isolation] = row.count;
    return counts;
  }
}
