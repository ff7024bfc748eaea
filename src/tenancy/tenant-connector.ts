import type { Client } from 'pg';
import { AppError } from '../kernel/app-error.js';
import type { SecretStore } from '../kernel/secret-store.js';
import type { DatabaseServer } from '../infrastructure/postgres/database-server.js';
import {
  PlacementMismatchError,
  SchemaVersionError,
  TenantNotServedError,
} from './tenancy.errors.js';
import type { TenantRecord } from './tenant-record.js';

/** Name of the secret, under the tenant's path, that holds its login role's password. */
export const LOGIN_SECRET = 'postgres-login';

interface WhereAmI {
  database: string;
  role: string;
  schema: string | null;
  version: number | null;
}

const WHERE_AM_I = `SELECT current_database() AS database, current_user AS role,
  current_schema() AS schema, (SELECT max(version) FROM schema_history) AS version`;

/**
 * Opens connections of a tenant under its own role, and checks before anyone uses one that it is
 * where the placement says, as whom it says, at the schema version this program serves.
 */
export class TenantConnector {
  constructor(
    private readonly server: DatabaseServer,
    private readonly secrets: SecretStore,
    private readonly schemaVersion: number,
  ) {}

  /**
   * @throws PlacementMismatchError | SchemaVersionError | DatabaseUnavailableError
   */
  async connect(tenant: TenantRecord): Promise<Client> {
    const place = tenant.placement;
    if (place === null) throw new TenantNotServedError(tenant.id, tenant.status);
    const secret = await this.secrets.get({ tenantId: tenant.id, name: LOGIN_SECRET });
    if (secret?.password === undefined) {
      throw new AppError('tenant_secret_missing', 'The account cannot be reached at the moment.', {
        fields: { tenantId: tenant.id },
      });
    }
    const client = await this.server.connectAs({
      database: place.database,
      user: place.loginRole,
      password: secret.password,
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
    if (here.version !== this.schemaVersion) {
      throw new SchemaVersionError(tenant.id, here.version ?? 0, this.schemaVersion);
    }
  }
}
