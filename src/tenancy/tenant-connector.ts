import type { Client } from 'pg';
import { DatabaseUnavailableError } from '../infrastructure/postgres/availability.js';
import type { DatabaseServer } from '../infrastructure/postgres/database-server.js';
import { hasSqlstate, SQLSTATE } from '../infrastructure/postgres/sqlstate.js';
import {
  PlacementMismatchError,
  SchemaVersionError,
  TenantNotServedError,
} from './tenancy.errors.js';
import type { TenantLogins } from './tenant-logins.js';
import type { TenantRecord } from './tenant-record.js';

interface WhereAmI {
  database: string;
  role: string;
  schema: string | null;
  version: number | null;
  /** The newest change that a program must know to work on the schema. */
  breaking: number | null;
}

const WHERE_AM_I = `SELECT current_database() AS database, current_user AS role,
  current_schema() AS schema, version, breaking
  FROM (SELECT max(version) AS version, max(version) FILTER (WHERE kind = 'breaking') AS breaking
          FROM schema_history) AS history`;

/**
 * Opens connections of a tenant under its own role, and checks before anyone uses one that it is
 * where the placement says, as whom it says, at the schema version this program serves or at one that
 * it may serve, for the time in which processes are replaced one by one.
 */
export class TenantConnector {
  constructor(
    private readonly server: DatabaseServer,
    private readonly logins: TenantLogins,
    private readonly schemaVersion: number,
    /** What the directory says now, asked when a connection is refused: its login may be an old one. */
    private readonly latest: (tenantId: string) => Promise<TenantRecord | null>,
  ) {}

  /**
   * @throws PlacementMismatchError | SchemaVersionError | DatabaseUnavailableError; AppError `seal_broken`
   */
  async connect(tenant: TenantRecord): Promise<Client> {
    try {
      return await this.#connect(tenant);
    } catch (error) {
      if (!mayBeTheLogin(error)) throw error;
      const now = await this.#withNewLogin(tenant).catch(() => null);
      if (now === null) throw error;
      return this.#connect(now);
    }
  }

  /** A scope that was entered before the tenant's login role changed still names the old one. */
  async #withNewLogin(tenant: TenantRecord): Promise<TenantRecord | null> {
    const now = await this.latest(tenant.id);
    const [before, after] = [tenant.placement, now?.placement];
    if (before == null || after == null || before.loginRole === after.loginRole) return null;
    const samePlace = before.database === after.database && before.schema === after.schema;
    return samePlace ? { ...tenant, placement: after } : null;
  }

  async #connect(tenant: TenantRecord): Promise<Client> {
    const place = tenant.placement;
    if (place === null) throw new TenantNotServedError(tenant.id, tenant.status);
    const client = await this.server.connectAs({
      database: place.database,
      user: place.loginRole,
      password: this.logins.open(tenant.id, place.loginRole, place.loginSealed),
    });
    try {
      await this.#verify(client, tenant);
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  async #verify(client: Client, tenant: TenantRecord): Promise<void> {
    const place = tenant.placement;
    const { rows } = await client.query<WhereAmI>(WHERE_AM_I);
    const here = rows[0];
    if (
      here === undefined ||
      here.database !== place?.database ||
      here.role !== place.loginRole ||
      here.schema !== place.schema
    ) {
      throw new PlacementMismatchError(tenant.id);
    }
    const found = here.version ?? 0;
    // A newer program has upgraded it, and said of each change since that older ones may go on.
    const isSafe = (here.breaking ?? 0) <= this.schemaVersion;
    if (found < this.schemaVersion || !isSafe) {
      throw new SchemaVersionError(tenant.id, found, this.schemaVersion);
    }
  }
}

/** PostgreSQL says when it is the login; of a pooler's refusals all have one code, and the reason in words. */
function mayBeTheLogin(error: unknown): boolean {
  const said = error instanceof DatabaseUnavailableError ? error.cause : error;
  return hasSqlstate(
    said,
    SQLSTATE.invalidAuthorization,
    SQLSTATE.invalidPassword,
    SQLSTATE.protocolViolation,
  );
}
