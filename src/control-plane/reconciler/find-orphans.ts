import { AppError } from '../../kernel/app-error.js';
import type { KeyStore } from '../../kernel/key-store.js';
import type { SecretStore } from '../../kernel/secret-store.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { ServerAdmin } from '../provisioning/server-admin.js';
import type { ServerRoles } from '../provisioning/server-roles.js';
import type { StrayKind, StrayRows } from './stray-rows.js';

/** Something of ours, on the server, in a store or in a table of the catalog, that belongs to no tenant. */
export interface Orphan {
  kind:
    | 'database'
    | 'half-dropped-database'
    | 'schema'
    | 'role'
    | 'key'
    | 'secret'
    | 'template'
    | StrayKind;
  /** Of keys, secrets and rows: the id of the tenant they were of. */
  name: string;
}

/** Something the catalog promises and that is not there. */
export interface Missing {
  kind: 'database' | 'schema' | 'role' | 'key' | 'provider-account';
  name: string;
  tenantId: string;
}

interface Known {
  tenant_id: string;
  isolation: 'database' | 'schema';
  database_name: string;
  schema_name: string;
  owner_role: string;
  login_role: string;
}

export interface Inventory {
  orphans: Orphan[];
  missing: Missing[];
}

/** Roles of tenants, ours and not another installation's: the warden is a member of them. */
const OUR_ROLES = `SELECT r.oid, r.rolname FROM pg_auth_members m
  JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles w ON w.oid = m.member WHERE w.rolname = $1`;

/**
 * Compares the places that must agree: the catalog's rows, among themselves too, the server's objects, and
 * the tenants that the key store and the secret store know. Only what belongs to roles we made is looked at, so that two NuMoons may share a
 * server.
 */
export class FindOrphans {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly admin: ServerAdmin,
    private readonly keys: KeyStore,
    private readonly secrets: SecretStore,
    private readonly roles: ServerRoles,
    private readonly rows: StrayRows,
    private readonly currentTemplate: string,
    private readonly sharedDatabase: string,
  ) {}

  async execute(): Promise<Inventory> {
    // Objects before rows: what is made meanwhile then has its row already, and is no orphan.
    const [databases, schemas, roleNames, keyTenants, secretTenants] = [
      await this.#databases(),
      await this.#schemas(),
      await this.#roles(),
      await listOrNull(this.keys),
      await listOrNull(this.secrets),
    ];
    const known = await this.#known();
    const knownDatabases = new Set(
      known.filter((row) => row.isolation === 'database').map((row) => row.database_name),
    );
    const knownSchemas = new Set(
      known.filter((row) => row.isolation === 'schema').map((row) => row.schema_name),
    );
    const knownRoles = new Set([
      ...known.flatMap((row) => [row.owner_role, row.login_role]),
      ...(await this.#changingRoles()),
    ]);
    const knownTenants = new Set(known.map((row) => row.tenant_id));
    const orphans: Orphan[] = [];
    for (const { name, broken, template } of databases) {
      if (template) {
        if (name !== this.currentTemplate) orphans.push({ kind: 'template', name });
      } else if (!knownDatabases.has(name)) {
        orphans.push({ kind: broken ? 'half-dropped-database' : 'database', name });
      }
    }
    for (const name of schemas) if (!knownSchemas.has(name)) orphans.push({ kind: 'schema', name });
    for (const name of roleNames) if (!knownRoles.has(name)) orphans.push({ kind: 'role', name });
    for (const name of keyTenants ?? []) {
      if (!knownTenants.has(name)) orphans.push({ kind: 'key', name });
    }
    for (const name of secretTenants ?? []) {
      if (!knownTenants.has(name)) orphans.push({ kind: 'secret', name });
    }
    const missing = missingOf(known, databases, schemas, roleNames, keyTenants);
    const stray = await this.rows.find();
    return { orphans: [...orphans, ...stray.orphans], missing: [...missing, ...stray.missing] };
  }

  /** Login roles on their way in or out: the rotation sees to them. */
  async #changingRoles(): Promise<string[]> {
    const rows = await this.catalog.query<{ role: string }>(
      'SELECT unnest(ARRAY[old_role, new_role]) AS role FROM login_rotations',
    );
    return rows.map(({ role }) => role);
  }

  /** Databases whose drop was cut off. Their data is lost already. */
  async halfDropped(): Promise<Orphan[]> {
    const broken = (await this.#databases()).filter((database) => database.broken);
    // A template is the control role's own, and goes in a way of its own.
    return broken.map(({ name, template }) => ({
      kind: template ? 'template' : 'half-dropped-database',
      name,
    }));
  }

  /** Rows whose objects are expected: everything not being made or unmade at this moment. */
  async #known(): Promise<(Known & { settled: boolean })[]> {
    return this.catalog.query<Known & { settled: boolean }>(
      `SELECT p.tenant_id, p.isolation, p.database_name, p.schema_name, p.owner_role, p.login_role,
              t.status IN ('active', 'suspended', 'closing') AS settled
         FROM placements p JOIN tenants t ON t.id = p.tenant_id
       UNION ALL
       SELECT tenant_id, isolation, database_name, schema_name, owner_role, login_role,
              state = 'ready' FROM ready_placements`,
    );
  }

  async #databases(): Promise<{ name: string; broken: boolean; template: boolean }[]> {
    return this.admin.rows(
      `SELECT datname AS name, datconnlimit = -2 AS broken, starts_with(datname, $2) AS template
         FROM pg_database
        WHERE datdba IN (SELECT oid FROM (${OUR_ROLES}) ours) OR starts_with(datname, $2)`,
      [this.roles.warden, `${this.roles.template}_v`],
    );
  }

  async #schemas(): Promise<string[]> {
    return this.admin.inDatabase(this.sharedDatabase, async (client) => {
      const { rows } = await client.query<{ nspname: string }>(
        `SELECT nspname FROM pg_namespace WHERE nspowner IN (SELECT oid FROM (${OUR_ROLES}) ours)`,
        [this.roles.warden],
      );
      return rows.map((row) => row.nspname);
    });
  }

  async #roles(): Promise<string[]> {
    const rows = await this.admin.rows<{ rolname: string }>(OUR_ROLES, [this.roles.warden]);
    return rows.map((row) => row.rolname);
  }
}

/** Null when the store cannot serve: the doctor says so by itself, and nothing is concluded from it. */
async function listOrNull(store: KeyStore | SecretStore): Promise<string[] | null> {
  try {
    return await store.listTenants();
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function missingOf(
  known: (Known & { settled: boolean })[],
  databases: { name: string }[],
  schemas: string[],
  roles: string[],
  keys: string[] | null,
): Missing[] {
  const have = {
    databases: new Set(databases.map((database) => database.name)),
    schemas: new Set(schemas),
    roles: new Set(roles),
    keys: keys === null ? null : new Set(keys),
  };
  const missing: Missing[] = [];
  for (const row of known) {
    if (!row.settled) continue;
    const tenantId = row.tenant_id;
    if (row.isolation === 'database' && !have.databases.has(row.database_name)) {
      missing.push({ kind: 'database', name: row.database_name, tenantId });
    }
    if (row.isolation === 'schema' && !have.schemas.has(row.schema_name)) {
      missing.push({ kind: 'schema', name: row.schema_name, tenantId });
    }
    for (const role of [row.owner_role, row.login_role]) {
      if (!have.roles.has(role)) missing.push({ kind: 'role', name: role, tenantId });
    }
    if (have.keys?.has(tenantId) === false) missing.push({ kind: 'key', name: tenantId, tenantId });
  }
  return missing;
}
