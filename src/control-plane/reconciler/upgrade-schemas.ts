import { announce } from '../../infrastructure/postgres/change-feed.js';
import { sqlstateOf } from '../../infrastructure/postgres/sqlstate.js';
import { AppError } from '../../kernel/app-error.js';
import type { Logger } from '../../kernel/logger.js';
import { TENANT_SCHEMA_VERSION } from '../../../tenants/migrations/index.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import { loginRolesOf } from '../closure/login-roles.js';
import { plannedOf, type PlacementRow } from '../provisioning/placement-row.js';
import type { ServerAdmin } from '../provisioning/server-admin.js';
import { migratePlace } from './migrate-place.js';

/** Tenants worked on at once: their connections are not of the tenants' budget. */
const AT_ONCE = 4;

/** A sweep has other things to look after; the next one goes on. */
const BUDGET_MS = 10_000;

/** Longer than an upgrade takes that waits for a lock twice. Two at once would do no harm. */
const LEASE_SECONDS = 120;

/**
 * Tenants that are served at an older schema version, brought to the newest. Until then their requests
 * answer 503. A tenant is leased to one worker; the placement's version is written after the schema was
 * changed, so a crash in between is found by the next sweep, which then has nothing to migrate.
 */
export class UpgradeSchemas {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly admin: ServerAdmin,
    private readonly logger: Logger,
  ) {}

  /** @returns how many tenants were upgraded */
  async execute(): Promise<number> {
    const stopAt = performance.now() + BUDGET_MS;
    let upgraded = 0;
    const work = async (): Promise<void> => {
      while (performance.now() < stopAt) {
        const row = await this.#claim();
        if (row === undefined) return;
        if (await this.#upgrade(row)) upgraded += 1;
      }
    };
    const done = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
    const failed = done.find((it) => it.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return upgraded;
  }

  /** One that is due and that nobody works on. */
  async #claim(): Promise<PlacementRow | undefined> {
    const [row] = await this.catalog.query<PlacementRow>(
      `WITH due AS (
         SELECT p.tenant_id FROM placements p JOIN tenants t ON t.id = p.tenant_id
           LEFT JOIN schema_upgrades u ON u.tenant_id = p.tenant_id
          WHERE p.schema_version < $1 AND t.status IN ('active', 'suspended', 'closing')
            AND (u.tenant_id IS NULL OR (u.lease_until < now() AND u.retry_at <= now()))
          ORDER BY t.status, p.tenant_id LIMIT 1 FOR UPDATE OF p SKIP LOCKED
       ), claimed AS (
         INSERT INTO schema_upgrades AS u (tenant_id, lease_until)
         SELECT tenant_id, now() + make_interval(secs => $2) FROM due
         ON CONFLICT (tenant_id) DO UPDATE SET lease_until = excluded.lease_until
            WHERE u.lease_until < now()
         RETURNING tenant_id
       )
       SELECT p.* FROM claimed JOIN placements p USING (tenant_id)`,
      [TENANT_SCHEMA_VERSION, LEASE_SECONDS],
    );
    return row;
  }

  async #upgrade(row: PlacementRow): Promise<boolean> {
    const planned = plannedOf(row);
    try {
      const roles = await loginRolesOf(this.catalog, planned);
      await migratePlace(this.admin, planned, roles);
      await this.#record(row.tenant_id);
      return true;
    } catch (error) {
      await this.#failed(row, error);
      return false;
    }
  }

  async #record(tenantId: string): Promise<void> {
    await this.catalog.transaction(async (tx) => {
      await tx.query(
        'UPDATE placements SET schema_version = $2 WHERE tenant_id = $1 AND schema_version < $2',
        [tenantId, TENANT_SCHEMA_VERSION],
      );
      await tx.query('DELETE FROM schema_upgrades WHERE tenant_id = $1', [tenantId]);
      await announce(tx, { kind: 'tenant', tenantId });
    });
  }

  /** Tried again after 2, 4, 8 ... seconds, an hour at most. */
  async #failed({ tenant_id: tenantId, schema_version: at }: PlacementRow, error: unknown) {
    const problem =
      error instanceof AppError ? error.code : (sqlstateOf(error) ?? 'internal_error');
    this.logger.warn(
      { tenantId, at, wanted: TENANT_SCHEMA_VERSION, problem, err: error },
      'the schema of a tenant could not be upgraded; it is tried again',
    );
    await this.catalog.query(
      `UPDATE schema_upgrades SET failures = failures + 1, problem = $2, lease_until = now(),
          retry_at = now() + make_interval(secs => least(3600, 2 ^ least(failures + 1, 12)))
        WHERE tenant_id = $1`,
      [tenantId, problem],
    );
  }
}
