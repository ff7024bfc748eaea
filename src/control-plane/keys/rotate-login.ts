import { setTimeout as sleep } from 'node:timers/promises';
import { announce } from '../../infrastructure/postgres/change-feed.js';
import { scramVerifier } from '../../infrastructure/postgres/scram.js';
import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import { SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import { hasCode } from '../../kernel/app-error.js';
import { newPlacementName } from '../../kernel/ids.js';
import type { Placement } from '../../tenancy/tenant-record.js';
import type { TenantStatus } from '../../tenancy/tenant-status.js';
import { plannedOf, type PlacementRow } from '../provisioning/placement-row.js';
import { endSessions } from '../provisioning/drop-place.js';
import { dropRole } from '../provisioning/drop-role.js';
import { createLoginRole } from '../provisioning/login-role.js';
import { rowPrivileges } from '../provisioning/row-privileges.js';
import type { StepTools } from '../provisioning/step-tools.js';
import { RotationRefusedError } from './keys.errors.js';
import { isRotatable } from './rotate-keys.js';

interface Change {
  tenantId: string;
  /** The placement with the new role, and with the old one. */
  next: Placement;
  old: Placement;
}

const LOOK_MS = 50;

/**
 * A session of the old role that has done nothing for so long will do nothing more: every process has gone
 * over by then, for its news are five seconds old at most. A pooler keeps such sessions for minutes.
 */
const SETTLED_SECONDS = 6;

/**
 * Gives a tenant a new login role with a new password, and takes the old one away. Two roles in turn,
 * so that no request fails: each process goes over to a new pool when the placement names the new role,
 * and the old role goes when its last statement has ended.
 *
 * Every step is safe to run twice; the row in `login_rotations` goes last, so that whoever calls again
 * after a crash goes on with it.
 */
export class RotateLogin {
  constructor(
    private readonly tools: StepTools,
    /** How long statements of the old role may still take; then its sessions are ended. */
    private readonly patienceMs: number,
  ) {}

  /** @throws RotationRefusedError | DatabaseUnavailableError */
  async execute(tenantId: string): Promise<void> {
    const change = await this.#begin(tenantId);
    await this.#createRole(change);
    try {
      await this.#switch(change);
    } catch (error) {
      // A purge that began meanwhile may have looked for roles before this one was there.
      if (hasCode(error, 'rotation_refused')) await this.#dropRole(change.next);
      throw error;
    }
    await this.#drained(change.old.loginRole);
    await this.#dropRole(change.old);
    await this.tools.catalog.query('DELETE FROM login_rotations WHERE tenant_id = $1', [tenantId]);
  }

  /** Changes that a dead process has left. */
  async unfinished(olderThanSeconds: number): Promise<string[]> {
    const rows = await this.tools.catalog.query<{ tenant_id: string }>(
      `SELECT tenant_id FROM login_rotations
        WHERE started_at < now() - make_interval(secs => $1) LIMIT 100`,
      [olderThanSeconds],
    );
    return rows.map((row) => row.tenant_id);
  }

  async #begin(tenantId: string): Promise<Change> {
    const { catalog, logins } = this.tools;
    return catalog.transaction(async (tx) => {
      const [row] = await tx.query<PlacementRow & { status: TenantStatus }>(
        `SELECT p.*, t.status FROM placements p JOIN tenants t ON t.id = p.tenant_id
          WHERE t.id = $1 FOR UPDATE OF t, p`,
        [tenantId],
      );
      if (row === undefined || !isRotatable(row.status)) {
        throw new RotationRefusedError(tenantId, row?.status ?? 'not there');
      }
      const { placement } = plannedOf(row);
      const newRole = newPlacementName();
      await tx.query(
        `INSERT INTO login_rotations (tenant_id, old_role, new_role, new_sealed)
         VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id) DO NOTHING`,
        [tenantId, placement.loginRole, newRole, logins.make(tenantId, newRole)],
      );
      const [kept] = await tx.query<{ old_role: string; new_role: string; new_sealed: Buffer }>(
        'SELECT old_role, new_role, new_sealed FROM login_rotations WHERE tenant_id = $1',
        [tenantId],
      );
      if (kept === undefined) throw new Error('A row just written is gone.');
      return {
        tenantId,
        next: { ...placement, loginRole: kept.new_role, loginSealed: kept.new_sealed },
        old: { ...placement, loginRole: kept.old_role },
      };
    });
  }

  async #createRole({ tenantId, next }: Change): Promise<void> {
    const { admin, limits, logins, roles } = this.tools;
    const verifier = scramVerifier(logins.open(tenantId, next.loginRole, next.loginSealed));
    await admin.run(createLoginRole(next, verifier, roles, limits), SQLSTATE.duplicateObject);
    const login = sqlIdentifier(next.loginRole);
    if (next.isolation === 'database') {
      await admin.runAsWarden(
        `GRANT CONNECT ON DATABASE ${sqlIdentifier(next.database)} TO ${login}`,
      );
    }
    await admin.inDatabase(next.database, async (client) => {
      await client.query(`SET ROLE ${sqlIdentifier(admin.wardenRole)};
        SET ROLE ${sqlIdentifier(next.ownerRole)}; ${rowPrivileges(next)}; RESET ROLE`);
    });
  }

  /** From this commit on everybody connects as the new role. */
  async #switch({ tenantId, next, old }: Change): Promise<void> {
    await this.tools.catalog.transaction(async (tx) => {
      const [tenant] = await tx.query<{ status: TenantStatus }>(
        'SELECT status FROM tenants WHERE id = $1 FOR UPDATE',
        [tenantId],
      );
      if (tenant === undefined || !isRotatable(tenant.status)) {
        throw new RotationRefusedError(tenantId, tenant?.status ?? 'not there');
      }
      await tx.query(
        `UPDATE placements SET login_role = $2, login_sealed = $3
          WHERE tenant_id = $1 AND login_role = $4`,
        [tenantId, next.loginRole, next.loginSealed, old.loginRole],
      );
      await announce(tx, { kind: 'tenant', tenantId });
    });
  }

  /** Waits until the old role's sessions are gone or do nothing. */
  async #drained(role: string): Promise<void> {
    const giveUpAt = performance.now() + this.patienceMs;
    while (performance.now() < giveUpAt) {
      const busy = await this.tools.admin.asWarden(async (client) => {
        const { rowCount } = await client.query(
          `SELECT FROM pg_stat_activity WHERE usename = $1
              AND (state = 'idle' AND state_change < now() - make_interval(secs => $2)) IS NOT TRUE`,
          [role, SETTLED_SECONDS],
        );
        return rowCount ?? 0;
      });
      if (busy === 0) return;
      await sleep(LOOK_MS);
    }
  }

  async #dropRole(placement: Placement): Promise<void> {
    const { admin } = this.tools;
    if (!(await admin.roleExists(placement.loginRole))) return;
    await endSessions(admin, placement);
    await dropRole(admin, placement.loginRole);
  }
}
