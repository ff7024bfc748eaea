import type { CatalogDatabase } from '../catalog/catalog-database.js';

/** A tenant that is being purged has no use for new keys, and must not get its old ones into memory again. */
const SERVED = `EXISTS (SELECT FROM tenants t
  WHERE t.id = tenant_id AND t.status IN ('active', 'suspended', 'closing'))`;

/** Rotations that are not over, in the catalog: what a crash leaves to be gone on with. */
export class KeyRotationsRepository {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly leaseSeconds: number,
  ) {}

  /** Asks for a rotation; one that is under way is joined. */
  async request(tenantId: string): Promise<void> {
    await this.catalog.query(
      `INSERT INTO key_rotations (tenant_id, state) VALUES ($1, 'running')
       ON CONFLICT (tenant_id) DO NOTHING`,
      [tenantId],
    );
  }

  /** Takes the work for this holder. Null: there is none, or another process is at it. */
  async claim(
    tenantId: string,
    holder: string,
  ): Promise<{ state: 'running' | 'settling'; target: number | null } | null> {
    const [row] = await this.catalog.query<{
      state: 'running' | 'settling';
      target: number | null;
    }>(
      `UPDATE key_rotations SET lease_holder = $2, lease_until = now() + make_interval(secs => $3)
        WHERE tenant_id = $1 AND coalesce(lease_until < now(), true) AND ${SERVED}
        RETURNING state, target`,
      [tenantId, holder, this.leaseSeconds],
    );
    return row ?? null;
  }

  /** @returns false when the lease was lost */
  async renew(tenantId: string, holder: string): Promise<boolean> {
    const rows = await this.catalog.query(
      `UPDATE key_rotations SET lease_until = now() + make_interval(secs => $3)
        WHERE tenant_id = $1 AND lease_holder = $2 RETURNING tenant_id`,
      [tenantId, holder, this.leaseSeconds],
    );
    return rows.length === 1;
  }

  async letGo(tenantId: string, holder: string): Promise<void> {
    await this.catalog.query(
      `UPDATE key_rotations SET lease_holder = NULL, lease_until = NULL
        WHERE tenant_id = $1 AND lease_holder = $2`,
      [tenantId, holder],
    );
  }

  async setTarget(tenantId: string, target: number): Promise<void> {
    await this.catalog.query('UPDATE key_rotations SET target = $2 WHERE tenant_id = $1', [
      tenantId,
      target,
    ]);
  }

  async setSettling(tenantId: string): Promise<void> {
    await this.catalog.query(
      `UPDATE key_rotations SET state = 'settling', reencrypted_at = now() WHERE tenant_id = $1`,
      [tenantId],
    );
  }

  async setRunning(tenantId: string): Promise<void> {
    await this.catalog.query(
      `UPDATE key_rotations SET state = 'running', reencrypted_at = NULL WHERE tenant_id = $1`,
      [tenantId],
    );
  }

  async finish(tenantId: string): Promise<void> {
    await this.catalog.query('DELETE FROM key_rotations WHERE tenant_id = $1', [tenantId]);
  }

  /** Rotations to be gone on with: their process died, or their settling time is over. */
  async due(settleSeconds: number): Promise<string[]> {
    const rows = await this.catalog.query<{ tenant_id: string }>(
      `SELECT tenant_id FROM key_rotations
        WHERE coalesce(lease_until < now(), true) AND ${SERVED}
          AND (state = 'running' OR reencrypted_at < now() - make_interval(secs => $1))
        ORDER BY started_at LIMIT 100`,
      [settleSeconds],
    );
    return rows.map((row) => row.tenant_id);
  }

  async unfinished(): Promise<{ tenantId: string; state: string }[]> {
    return this.catalog.query<{ tenantId: string; state: string }>(
      'SELECT tenant_id AS "tenantId", state FROM key_rotations ORDER BY started_at LIMIT 100',
    );
  }
}
