import { setTimeout as sleep } from 'node:timers/promises';
import { escapeIdentifier } from 'pg';
import { scramVerifier } from '../../infrastructure/postgres/scram.js';
import { sqlIdentifier, sqlLiteral } from '../../infrastructure/postgres/sql-identifier.js';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import type { LoginKeeper } from '../../tenancy/guarded-connector.js';
import { loginSettings } from '../../tenancy/login-settings.js';
import type { Placement } from '../../tenancy/tenant-record.js';
import { setOnLogin } from './login-role.js';
import { plannedOf, type PlacementRow } from './placement-row.js';
import type { StepTools } from './step-tools.js';

type Tools = Pick<StepTools, 'catalog' | 'admin' | 'logins'>;

/** Of two that change one role at the same moment, one is refused each time. */
const TRIES = 20;

/** What is mended by one sweep; the rest is the next one's. */
const AT_ONCE = 100;

/** Tenants that are served, or will be again: the others' roles are on their way out. */
const KEPT = `('active', 'suspended', 'closing')`;

/**
 * Compared in the server: a role may have set something of any length. Settings for single databases are
 * a tenant's own doing too, wherever they are for.
 */
const CHANGED = `SELECT p.tenant_id FROM placements p
    JOIN tenants t ON t.id = p.tenant_id AND t.status IN ${KEPT}
    JOIN pg_roles r ON r.rolname = p.login_role
    LEFT JOIN pg_db_role_setting s ON s.setrole = r.oid
    CROSS JOIN LATERAL (SELECT array_append($1::text[], 'search_path=' || p.schema_name)) w (wanted)
   GROUP BY p.tenant_id
  HAVING count(*) FILTER (WHERE s.setdatabase <> 0) > 0
      OR NOT coalesce(bool_or(
           s.setdatabase = 0 AND s.setconfig @> w.wanted AND s.setconfig <@ w.wanted), false)
   LIMIT $2`;

/** Gives tenants' login roles back the password and the settings that they were made with. */
export class RestoreLogin implements LoginKeeper {
  constructor(
    private readonly tools: Tools,
    private readonly statementTimeoutMs: number,
  ) {}

  settingsOf(place: Pick<Placement, 'schema'>): Readonly<Record<string, string>> {
    return loginSettings(place, this.statementTimeoutMs);
  }

  /**
   * Repeatable, and by several at once. The placement is locked meanwhile: it says which role it is, and
   * a change of logins waits.
   *
   * @throws DatabaseUnavailableError
   */
  async restore(tenantId: string): Promise<boolean> {
    return this.tools.catalog.transaction(async (tx) => {
      const [row] = await tx.query<PlacementRow>(
        `SELECT p.* FROM placements p JOIN tenants t ON t.id = p.tenant_id
          WHERE t.id = $1 AND t.status IN ${KEPT} FOR UPDATE OF p`,
        [tenantId],
      );
      if (row === undefined) return false;
      const { placement } = plannedOf(row);
      if (!(await this.tools.admin.roleExists(placement.loginRole))) return false;
      await this.#put(tenantId, placement);
      return true;
    });
  }

  /** Roles whose settings are others than they were made with. @returns how many were put right */
  async sweep(): Promise<number> {
    const limits = Object.entries(this.settingsOf({ schema: '' }))
      .filter(([name]) => name !== 'search_path')
      .map(([name, value]) => `${name}=${value}`);
    const rows = await this.tools.catalog.query<{ tenant_id: string }>(CHANGED, [limits, AT_ONCE]);
    let restored = 0;
    for (const row of rows) if (await this.restore(row.tenant_id)) restored += 1;
    return restored;
  }

  async #put(tenantId: string, place: Placement): Promise<void> {
    const { admin, logins } = this.tools;
    const role = sqlIdentifier(place.loginRole);
    const verifier = scramVerifier(logins.open(tenantId, place.loginRole, place.loginSealed));
    for (let left = TRIES; ; left -= 1) {
      const databases = await admin.rows<{ name: string }>(
        `SELECT d.datname AS name FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
          JOIN pg_roles r ON r.oid = s.setrole WHERE r.rolname = $1`,
        [place.loginRole],
      );
      // Of any database, also one that others have made and named.
      const elsewhere = databases.map(
        ({ name }) => `ALTER ROLE ${role} IN DATABASE ${escapeIdentifier(name)} RESET ALL;`,
      );
      try {
        await admin.run(`ALTER ROLE ${role} PASSWORD ${sqlLiteral(verifier)};
          ALTER ROLE ${role} RESET ALL; ${elsewhere.join(' ')}
          ${setOnLogin(place, this.statementTimeoutMs)}`);
        return;
      } catch (error) {
        // "tuple concurrently updated": the role itself, or another process, is at it too.
        if (left === 0 || !hasSqlstate(error, SQLSTATE.internalError)) throw error;
        await sleep(5 + Math.random() * 20);
      }
    }
  }
}
