import { TENANT_SCHEMA_VERSION } from '../../../tenants/migrations/index.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import { TENANT_STATUSES, type TenantStatus } from '../../tenancy/tenant-status.js';
import type { SecretStore } from '../../kernel/secret-store.js';
import { AppError } from '../../kernel/app-error.js';
import type { Retries, Retry } from '../catalog/retries.js';
import type { FindOrphans, Missing, Orphan } from '../reconciler/find-orphans.js';
import type { RemoveOrphan } from '../reconciler/remove-orphan.js';
import type { Stock } from '../provisioning/stock.js';
import type { Belonging, ExamineBelongings } from './examine-belongings.js';
import type { ExamineServerAccess, ServerAccessFinding } from './examine-server-access.js';
import type { ExamineServerLogSettings, ServerLogFinding } from './examine-server-log-settings.js';

/** A lock in the way, a server that restarts: below so many failures in a row it comes right by itself. */
const FAILURES_OF_CHANCE = 3;

/** What the doctor sees. `healthy` is false when anything below needs a person. */
export interface Examination {
  healthy: boolean;
  tenants: Record<TenantStatus, number>;
  stock: { database: number; schema: number };
  /** Work that outlived its lease; the next sweep takes it over. */
  unfinished: { tenantId: string; status: string }[];
  overdue: { tenantId: string; kind: string }[];
  /** Tenants whose schema could not be upgraded again and again: not served until it can be. */
  outdated: Outdated[];
  /** Work that fails again and again, with what is in its way. */
  failing: Retry[];
  /** What tenants' roles have where they do not belong. */
  elsewhere: Belonging[];
  orphans: Orphan[];
  missing: Missing[];
  /** Null when the secret store serves. */
  secrets: { code: string; message: string } | null;
  /** Settings of the PostgreSQL server that let values into its log. Warnings: its administrator decides. */
  serverLog: ServerLogFinding[];
  /** What is open to every role of the server. Warnings too. */
  serverAccess: ServerAccessFinding[];
  /** Orphans removed by this very call. */
  removed: Orphan[];
}

export interface Outdated {
  tenantId: string;
  /** The version it is at. */
  at: number;
  /** A code or an SQLSTATE; null where nobody has come to it yet. */
  problem: string | null;
  failures: number;
}
/** Work that failed once or twice comes right by itself, mostly. */
const FAILURES_TO_TELL = 3;

/** Compares what the catalog says with what is there. */
export class Examine {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly stock: Stock,
    private readonly orphans: FindOrphans,
    private readonly remove: RemoveOrphan,
    private readonly secrets: SecretStore,
    private readonly server: {
      log: ExamineServerLogSettings;
      access: ExamineServerAccess;
      belongings: ExamineBelongings;
    },
    private readonly retries: Retries,
  ) {}

  /** @param fix removes orphans, also ones with data in them: see RemoveOrphan for the danger */
  async execute(fix = false): Promise<Examination> {
    let inventory = await this.orphans.execute();
    const removed: Orphan[] = [];
    if (fix) {
      // Databases and schemas before the roles that own them.
      for (const orphan of inventory.orphans.toSorted((a, b) => weight(a) - weight(b))) {
        await this.remove.execute(orphan);
        removed.push(orphan);
      }
      inventory = await this.orphans.execute();
    }
    const { unfinished, overdue } = await this.#late();
    const outdated = await this.#outdated();
    const secrets = await this.#secretStore();
    const elsewhere = await this.server.belongings.execute();
    const failing = (await this.retries.list(100)).filter(
      ({ failures, heldUp }) => failures >= FAILURES_TO_TELL || heldUp.length > 0,
    );
    return {
      healthy:
        inventory.orphans.every((orphan) => orphan.kind === 'template') &&
        inventory.missing.length === 0 &&
        overdue.length === 0 &&
        outdated.every(({ failures }) => failures < FAILURES_OF_CHANCE) &&
        failing.length === 0 &&
        elsewhere.length === 0 &&
        secrets === null,
      tenants: await this.#counts(),
      stock: await this.stock.ready(),
      unfinished,
      overdue,
      outdated,
      failing,
      elsewhere,
      orphans: inventory.orphans,
      missing: inventory.missing,
      secrets,
      serverLog: await this.server.log.execute(),
      serverAccess: await this.server.access.execute(),
      removed,
    };
  }

  async #counts(): Promise<Record<TenantStatus, number>> {
    const rows = await this.catalog.query<{ status: TenantStatus; count: number }>(
      'SELECT status, count(*)::int AS count FROM tenants GROUP BY status',
    );
    const counts = Object.fromEntries(TENANT_STATUSES.map((status) => [status, 0]));
    for (const row of rows) counts[row.status] = row.count;
    return counts as Record<TenantStatus, number>;
  }

  async #late(): Promise<Pick<Examination, 'unfinished' | 'overdue'>> {
    const unfinished = await this.catalog.query<{ tenant_id: string; status: string }>(
      `SELECT id AS tenant_id, status FROM tenants
        WHERE status IN ('provisioning', 'purging') AND coalesce(lease_until < now(), true)
       UNION ALL
       SELECT tenant_id, 'rotating keys' FROM key_rotations
        WHERE coalesce(lease_until < now(), true) AND started_at < now() - interval '10 minutes'
       UNION ALL
       SELECT tenant_id, 'changing login' FROM login_rotations
        WHERE started_at < now() - interval '10 minutes'
        ORDER BY 1 LIMIT 100`,
    );
    const overdue = await this.catalog.query<{ tenant_id: string; kind: string }>(
      `SELECT tenant_id, kind FROM deadlines
        WHERE met_at IS NULL AND dropped_at IS NULL AND due_at < now() - interval '10 minutes'
        ORDER BY due_at LIMIT 100`,
    );
    return {
      unfinished: unfinished.map((row) => ({ tenantId: row.tenant_id, status: row.status })),
      overdue: overdue.map((row) => ({ tenantId: row.tenant_id, kind: row.kind })),
    };
  }

  async #outdated(): Promise<Outdated[]> {
    return this.catalog.query<Outdated & Record<string, unknown>>(
      `SELECT p.tenant_id AS "tenantId", p.schema_version AS at, u.problem,
              coalesce(u.failures, 0) AS failures
         FROM placements p JOIN tenants t ON t.id = p.tenant_id
         LEFT JOIN schema_upgrades u ON u.tenant_id = p.tenant_id
        WHERE p.schema_version < $1 AND t.status IN ('active', 'suspended', 'closing')
        ORDER BY failures DESC, 1 LIMIT 100`,
      [TENANT_SCHEMA_VERSION],
    );
  }

  async #secretStore(): Promise<Examination['secrets']> {
    try {
      await this.secrets.check();
      return null;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { code: error.code, message: error.message };
    }
  }
}

function weight(orphan: Orphan): number {
  return orphan.kind === 'role' ? 1 : 0;
}
