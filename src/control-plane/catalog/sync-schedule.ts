import type { Tenancy } from '../../tenancy/tenancy.js';
import type { CatalogDatabase } from './catalog-database.js';
import { ScopedCatalog } from './scoped-catalog.js';

type Cause = 'schedule' | 'request' | 'webhook' | 'connect';

interface Entry {
  integrationId: string;
  dueAt: Date;
  cause: Cause;
}

interface Due {
  tenantId: string;
  integrationId: string;
  cause: Cause;
  failures: number;
  ending: boolean;
}

interface End {
  integrationId: string;
  holder: string;
  leaseMs: number;
}

interface ClaimOptions {
  holder: string;
  limit: number;
  perTenant: number;
  leaseMs: number;
}

/**
 * Moves a due time forward, never back. A tenant's row is locked only where there is no entry yet, so
 * that none is written while the tenant is being deleted: a flood of hints locks nothing.
 */
const HASTEN = `WITH moved AS (
    UPDATE sync_schedule SET due_at = $3, cause = $4
     WHERE tenant_id = $1 AND integration_id = $2 AND due_at > $3)
  INSERT INTO sync_schedule (tenant_id, integration_id, due_at, cause)
  SELECT id, $2, $3, $4 FROM tenants
   WHERE id = $1 AND status NOT IN ('purging', 'purged')
     AND NOT EXISTS (SELECT FROM sync_schedule WHERE tenant_id = $1 AND integration_id = $2)
     FOR SHARE
  ON CONFLICT (tenant_id, integration_id)
  DO UPDATE SET due_at = EXCLUDED.due_at, cause = EXCLUDED.cause
   WHERE sync_schedule.due_at > EXCLUDED.due_at`;

/**
 * One that is worked on has no due time; it is due again when its lease is over, for its worker died.
 * Leases are kept on the database's clock. Due times come from processes and are held against a process's:
 * where the two clocks differ, nothing is due late by the difference.
 */
const IS_DUE = `(s.lease_until IS NULL AND s.due_at <= $5 OR s.lease_until <= now())`;

/**
 * Those due, of active tenants; those being ended also where a tenant is suspended or closing, for what
 * was promised of them has a term. `turn` counts on from what a tenant has under way, so that one with a
 * thousand due integrations takes its share and no more. They are looked at once more when they are
 * locked: two sweeps at once choose the same.
 */
const CLAIM = `WITH busy AS (
    SELECT tenant_id, count(*) AS working FROM sync_schedule
     WHERE lease_until > now() GROUP BY tenant_id),
  waiting AS (
    SELECT s.tenant_id, s.integration_id, least(s.due_at, s.lease_until) AS since,
           coalesce(b.working, 0) + row_number() OVER (
             PARTITION BY s.tenant_id
             ORDER BY least(s.due_at, s.lease_until), s.integration_id) AS turn
      FROM sync_schedule s JOIN tenants t ON t.id = s.tenant_id
      LEFT JOIN busy b ON b.tenant_id = s.tenant_id
     WHERE ${IS_DUE}
       AND (t.status = 'active' OR s.ending AND t.status IN ('suspended', 'closing'))),
  chosen AS (
    SELECT s.tenant_id, s.integration_id
      FROM sync_schedule s JOIN waiting w USING (tenant_id, integration_id)
     WHERE w.turn <= $3 AND ${IS_DUE}
     ORDER BY w.since, s.integration_id LIMIT $2 FOR UPDATE OF s SKIP LOCKED)
  UPDATE sync_schedule s
     SET lease_holder = $1, lease_until = now() + make_interval(secs => $4), due_at = 'infinity'
    FROM chosen c WHERE s.tenant_id = c.tenant_id AND s.integration_id = c.integration_id
  RETURNING s.tenant_id AS "tenantId", s.integration_id AS "integrationId", s.cause, s.failures,
    s.ending`;

const RENEW = `UPDATE sync_schedule SET lease_until = now() + make_interval(secs => $4)
   WHERE tenant_id = $1 AND integration_id = $2 AND lease_holder = $3 RETURNING 1 AS one`;

/** A due time that is there came in during the work. */
const SETTLE = `UPDATE sync_schedule
     SET due_at = least(due_at, $4), cause = CASE WHEN due_at < $4 THEN cause ELSE 'schedule' END,
         failures = $5, lease_holder = NULL, lease_until = NULL
   WHERE tenant_id = $1 AND integration_id = $2 AND lease_holder = $3`;

const REMOVE = `DELETE FROM sync_schedule
   WHERE tenant_id = $1 AND integration_id = $2 AND NOT ending`;

/** One statement, so that it sees a row that is taken out or put in at the same moment. */
const END = `INSERT INTO sync_schedule AS s
    (tenant_id, integration_id, due_at, cause, lease_holder, lease_until, ending)
  SELECT id, $2, 'infinity', 'request', $3, now() + make_interval(secs => $4), true FROM tenants
   WHERE id = $1 AND status NOT IN ('purging', 'purged') FOR SHARE
  ON CONFLICT (tenant_id, integration_id) DO UPDATE
     SET due_at = EXCLUDED.due_at, failures = 0, lease_holder = EXCLUDED.lease_holder,
         lease_until = EXCLUDED.lease_until, ending = true
   WHERE NOT s.ending OR s.lease_until IS NULL OR s.lease_until <= now()
  RETURNING 1 AS one`;

/** A due time that is there came in during the work, and somebody may rely on it. */
const GIVE_UP = `DELETE FROM sync_schedule
   WHERE tenant_id = $1 AND integration_id = $2 AND lease_holder = $3 AND due_at = 'infinity'
  RETURNING 1 AS one`;

const GIVE_BACK = `UPDATE sync_schedule SET failures = 0, lease_holder = NULL, lease_until = NULL
   WHERE tenant_id = $1 AND integration_id = $2 AND lease_holder = $3`;

/** When each integration is to be synced next, or its end to be gone on with; ids and times. */
export class CatalogSyncSchedule {
  readonly #catalog: ScopedCatalog;

  constructor(catalog: CatalogDatabase, tenancy: Tenancy) {
    this.#catalog = new ScopedCatalog(catalog, tenancy);
  }

  async hasten({ integrationId, dueAt, cause }: Entry): Promise<void> {
    await this.#catalog.ofTenant(HASTEN, [integrationId, dueAt, cause]);
  }

  /**
   * Those waiting for longest first. Each comes back at the latest when its lease is over: a worker
   * that died loses nothing.
   */
  async claim({ holder, limit, perTenant, leaseMs }: ClaimOptions): Promise<Due[]> {
    const values = [holder, limit, perTenant, leaseMs / 1000, new Date()];
    return this.#catalog.ofAll<Due>(CLAIM, values);
  }

  async renew(integrationId: string, holder: string, leaseMs: number): Promise<boolean> {
    const rows = await this.#catalog.ofTenant(RENEW, [integrationId, holder, leaseMs / 1000]);
    return rows.length === 1;
  }

  async settle(
    integrationId: string,
    holder: string,
    next: { dueAt: Date; failures: number },
  ): Promise<void> {
    await this.#catalog.ofTenant(SETTLE, [integrationId, holder, next.dueAt, next.failures]);
  }

  /** One that is being ended stays. */
  async remove(integrationId: string): Promise<void> {
    await this.#catalog.ofTenant(REMOVE, [integrationId]);
  }

  async end({ integrationId, holder, leaseMs }: End): Promise<boolean> {
    const rows = await this.#catalog.ofTenant(END, [integrationId, holder, leaseMs / 1000]);
    return rows.length === 1;
  }

  async giveUp(integrationId: string, holder: string): Promise<boolean> {
    const rows = await this.#catalog.ofTenant(GIVE_UP, [integrationId, holder]);
    if (rows.length === 1) return true;
    await this.#catalog.ofTenant(GIVE_BACK, [integrationId, holder]);
    return false;
  }
}
