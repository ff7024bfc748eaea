import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { checkSealed, KeyFolder } from './invariants-keys.js';
import { findLeftovers, findObjectsOfNobody } from './invariants-leftovers.js';

/**
 * Checks that the three places agree: the catalog's rows, the server's objects, the folders of keys and
 * secrets. Asks each place itself, with SQL of its own and no code of the product, so that it cannot
 * share a mistake with what it checks.
 *
 *     node --import ./test/support/register-typescript.mjs test/support/invariants.ts \
 *       CONTROL_URL CATALOG_DATABASE SHARED_DATABASE STORE_DIR
 */
export interface Where {
  controlUrl: string;
  catalogDatabase: string;
  sharedDatabase: string;
  /** The keyring's folder; `keys` and `secrets` in it hold one folder a tenant, its master key lies beside it. */
  storeDir: string;
}

interface Place {
  tenant_id: string;
  /** Of the tenant, or `ready` for a place in stock. */
  status: string;
  isolation: 'database' | 'schema';
  database_name: string;
  schema_name: string;
  owner_role: string;
  login_role: string;
  login_sealed: Buffer;
  schema_version: number;
}

interface Role {
  rolname: string;
  rolcanlogin: boolean;
  rolconnlimit: number;
  strong: boolean;
  rolconfig: string[] | null;
  /** Roles it is a member of. */
  groups: string[];
}

interface Database {
  datname: string;
  owner: string;
  datconnlimit: number;
  datallowconn: boolean;
  template: boolean;
  /** Who may connect, beside the owner; an empty name is PUBLIC. */
  guests: string[];
}

/** Everything that is wrong, one sentence each; empty when all agree. */
export async function findDisagreements(where: Where): Promise<string[]> {
  const wrong: string[] = [];
  await inDatabase(where, where.catalogDatabase, async (catalog) => {
    const places = await placesOf(catalog, wrong);
    const roles = await rolesOf(catalog, where.catalogDatabase);
    const databases = await databasesOf(catalog, where.catalogDatabase);
    const schemas = await schemasOf(where);
    const folder = await KeyFolder.read(where.storeDir);
    checkNothingElse(where, wrong, { places, roles, databases, schemas });
    await checkFolder(wrong, places, folder);
    await checkRotations(catalog, wrong);
    for (const place of places) {
      checkRoles(wrong, place, roles, where);
      await checkPlace(where, wrong, place, { databases, schemas, folder });
    }
    await checkSessions(catalog, wrong, where.catalogDatabase, roles);
    const known = places.flatMap((place) => [place.owner_role, place.login_role]);
    const common = [where.sharedDatabase, new URL(where.controlUrl).pathname.slice(1)];
    wrong.push(...(await findLeftovers(catalog, where.catalogDatabase, known)));
    for (const database of new Set(common)) {
      wrong.push(
        ...(await inDatabase(where, database, (client) =>
          findObjectsOfNobody(client, database, where.catalogDatabase),
        )),
      );
    }
  });
  return wrong;
}

const OURS = `SELECT m.roleid FROM pg_auth_members m JOIN pg_roles w ON w.oid = m.member
  WHERE w.rolname = $1 || '_warden'`;

async function placesOf(catalog: Client, wrong: string[]): Promise<Place[]> {
  const { rows: tenants } = await catalog.query<{
    id: string;
    status: string;
    leased: boolean;
    places: number;
    sign_ins: number;
    proofs: number;
    slugs: number;
    closure: string | null;
    purges: number;
  }>(`SELECT t.id, t.status, t.lease_holder IS NOT NULL OR t.lease_until IS NOT NULL AS leased,
      (SELECT count(*)::int FROM placements p WHERE p.tenant_id = t.id) AS places,
      (SELECT count(*)::int FROM sign_ins s WHERE s.tenant_id = t.id) AS sign_ins,
      (SELECT count(*)::int FROM address_proofs a WHERE a.tenant_id = t.id) AS proofs,
      (SELECT count(*)::int FROM slugs s WHERE s.tenant_id = t.id) AS slugs,
      (SELECT string_agg(c.status, ',') FROM closures c
        WHERE c.tenant_id = t.id AND c.status <> 'cancelled') AS closure,
      (SELECT count(*)::int FROM deadlines d WHERE d.tenant_id = t.id AND d.kind = 'purge'
        AND d.met_at IS NULL AND d.dropped_at IS NULL) AS purges
    FROM tenants t`);
  for (const tenant of tenants) {
    const say = (what: string): number =>
      wrong.push(`tenant ${tenant.id} (${tenant.status}) ${what}`);
    const here = ['active', 'suspended', 'closing'].includes(tenant.status);
    if (!here && !['failed', 'purged'].includes(tenant.status)) say('is in an unfinished state');
    if (tenant.leased) say('is leased by somebody');
    if (tenant.places !== (here ? 1 : 0)) say(`has ${tenant.places} placements`);
    if (here !== tenant.sign_ins > 0) say(`has ${tenant.sign_ins} sign-ins`);
    if (!here && tenant.proofs > 0) say(`has ${tenant.proofs} links that prove addresses`);
    if (here !== tenant.slugs > 0) say(`has ${tenant.slugs} slugs`);
    const closure = { closing: 'grace', purged: 'purged' }[tenant.status] ?? null;
    if (tenant.closure !== closure) say(`has closures: ${tenant.closure}`);
    if (tenant.purges !== (tenant.status === 'closing' ? 1 : 0)) {
      say(`has ${tenant.purges} open deadlines for a purge`);
    }
  }
  const columns = `isolation, database_name, schema_name, owner_role, login_role, login_sealed,
    schema_version`;
  const { rows } = await catalog.query<Place>(
    `SELECT tenant_id, (SELECT status FROM tenants WHERE id = tenant_id) AS status, ${columns}
       FROM placements
     UNION ALL SELECT tenant_id, state, ${columns} FROM ready_placements`,
  );
  for (const { tenant_id, status } of rows) {
    if (['preparing', 'discarding'].includes(status)) wrong.push(`place ${tenant_id} is ${status}`);
  }
  const ids = rows.map((row) => row.tenant_id);
  for (const id of ids.filter((id, at) => ids.indexOf(id) !== at)) {
    wrong.push(`tenant ${id} has its place also in stock`);
  }
  return rows;
}

async function rolesOf(client: Client, catalog: string): Promise<Map<string, Role>> {
  const { rows } = await client.query<Role>(
    `SELECT rolname, rolcanlogin, rolconnlimit, rolconfig,
        rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication AS strong,
        ARRAY(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
               WHERE m.member = r.oid) AS groups
       FROM pg_roles r WHERE oid IN (${OURS})`,
    [catalog],
  );
  return new Map(rows.map((role) => [role.rolname, role]));
}

async function databasesOf(client: Client, catalog: string): Promise<Map<string, Database>> {
  const { rows } = await client.query<Database>(
    `SELECT datname, datdba::regrole::text AS owner, datconnlimit, datallowconn,
        starts_with(datname, $1 || '_template') AS template,
        ARRAY(SELECT CASE a.grantee WHEN 0 THEN '' ELSE a.grantee::regrole::text END
                FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
               WHERE a.grantee <> d.datdba) AS guests
       FROM pg_database d
      WHERE datdba IN (${OURS}) OR starts_with(datname, $1 || '_template')`,
    [catalog],
  );
  return new Map(rows.map((database) => [database.datname, database]));
}

/** Schemas in the shared database that are not PostgreSQL's own, with their owners. */
async function schemasOf(where: Where): Promise<Map<string, string>> {
  return inDatabase(where, where.sharedDatabase, async (client) => {
    const { rows } = await client.query<{ nspname: string; owner: string }>(
      `SELECT nspname, nspowner::regrole::text AS owner FROM pg_namespace
        WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public')`,
    );
    return new Map(rows.map((row) => [row.nspname, row.owner]));
  });
}

function checkNothingElse(
  where: Where,
  wrong: string[],
  found: {
    places: Place[];
    roles: Map<string, Role>;
    databases: Map<string, Database>;
    schemas: Map<string, string>;
  },
): void {
  const known = {
    roles: new Set(found.places.flatMap((place) => [place.owner_role, place.login_role])),
    databases: new Set(found.places.map((place) => place.database_name)),
    schemas: new Set(found.places.map((place) => place.schema_name)),
  };
  for (const name of found.roles.keys()) {
    if (!known.roles.has(name)) wrong.push(`role ${name} belongs to nobody`);
  }
  for (const { datname, template } of found.databases.values()) {
    if (!template && !known.databases.has(datname)) wrong.push(`database ${datname} is nobody's`);
    if (template && datname.endsWith('_new')) wrong.push(`template ${datname} is half-built`);
  }
  for (const name of found.schemas.keys()) {
    if (!known.schemas.has(name))
      wrong.push(`schema ${name} in ${where.sharedDatabase} is nobody's`);
  }
}

async function checkFolder(wrong: string[], places: Place[], folder: KeyFolder): Promise<void> {
  const known = new Set(places.map((place) => place.tenant_id));
  for (const name of folder.keys.keys()) {
    if (!known.has(name)) wrong.push(`key of ${name} is nobody's`);
  }
  for (const name of folder.secrets.keys()) {
    if (name !== 'central' && !known.has(name)) wrong.push(`secrets of ${name} are nobody's`);
  }
  for (const [id, files] of [...folder.keys, ...folder.secrets]) {
    for (const file of files.filter((name) => !/^[A-Za-z0-9_-]+$/.test(name))) {
      wrong.push(`${id} holds a leftover ${file}`);
    }
  }
  for (const { tenant_id: id, login_role: role, login_sealed: sealed } of places) {
    if ((folder.keys.get(id) ?? []).length === 0) wrong.push(`tenant ${id} has no key`);
    const password = await folder.login(id, role, sealed).catch(() => null);
    if (password === null) wrong.push(`tenant ${id}: its login does not open`);
  }
}

/** Changes of keys and logins that nobody has ended. */
async function checkRotations(catalog: Client, wrong: string[]): Promise<void> {
  const { rows } = await catalog.query<{ what: string; tenant_id: string }>(
    `SELECT 'keys' AS what, tenant_id FROM key_rotations
     UNION ALL SELECT 'login', tenant_id FROM login_rotations`,
  );
  for (const { what, tenant_id } of rows)
    wrong.push(`tenant ${tenant_id}: its ${what} are changing`);
}

function checkRoles(wrong: string[], place: Place, roles: Map<string, Role>, where: Where): void {
  const say = (what: string): number => wrong.push(`tenant ${place.tenant_id}: ${what}`);
  const owner = roles.get(place.owner_role);
  const login = roles.get(place.login_role);
  if (owner === undefined || owner.rolcanlogin || owner.strong || owner.groups.length > 0) {
    say('its owner role is missing or wrong');
  }
  if (login === undefined) return void say('its login role is missing');
  if (!login.rolcanlogin || login.strong) say('its login role has wrong attributes');
  if (login.rolconnlimit < 1) say('its login role has no connection limit');
  const groups = place.isolation === 'schema' ? [`${where.catalogDatabase}_shared`] : [];
  if (login.groups.join() !== groups.join()) say(`its login role is in ${login.groups.join()}`);
  const settings = (login.rolconfig ?? []).map((line) => line.split('=')[0]);
  for (const name of ['search_path', 'statement_timeout', 'lock_timeout']) {
    if (!settings.includes(name)) say(`its login role has no ${name}`);
  }
}

async function checkPlace(
  where: Where,
  wrong: string[],
  place: Place,
  {
    databases,
    schemas,
    folder,
  }: { databases: Map<string, Database>; schemas: Map<string, string>; folder: KeyFolder },
): Promise<void> {
  const say = (what: string): number => wrong.push(`tenant ${place.tenant_id}: ${what}`);
  if (place.isolation === 'database') {
    const database = databases.get(place.database_name);
    if (database === undefined) return void say('its database is missing');
    if (database.datconnlimit === -2) return void say('its database is half-dropped');
    if (database.owner !== place.owner_role) say('its database has another owner');
    if (!database.datallowconn) return void say('its database lets nobody in');
    if (database.guests.join() !== place.login_role) say(`lets in ${database.guests.join()}`);
  } else if (schemas.get(place.schema_name) !== place.owner_role) {
    return void say('its schema is missing or has another owner');
  }
  await inDatabase(where, place.database_name, async (client) => {
    const { rows } = await client.query<{ tables: number; foreign: number; granted: number }>(
      `SELECT count(*)::int AS tables,
          count(*) FILTER (WHERE relowner::regrole::text <> $2)::int AS foreign,
          count(*) FILTER (WHERE has_table_privilege($3, c.oid, 'SELECT'))::int AS granted
         FROM pg_class c WHERE relnamespace = $1::regnamespace AND relkind = 'r'`,
      [place.schema_name, place.owner_role, place.login_role],
    );
    const { tables = 0, foreign = 0, granted = 0 } = rows[0] ?? {};
    if (tables < 2) return void say(`it has ${tables} tables`);
    if (foreign > 0) say(`${foreign} of its tables have another owner`);
    if (granted < tables) say(`its login role may read ${granted} of ${tables} tables`);
    const history = await client.query<{ version: number }>(
      `SELECT max(version) AS version FROM ${client.escapeIdentifier(place.schema_name)}.schema_history`,
    );
    if (history.rows[0]?.version !== place.schema_version) say('its schema has another version');
    const rowsOf = await client.query(
      `SELECT FROM ${client.escapeIdentifier(place.schema_name)}.organization WHERE tenant_id = $1`,
      [place.tenant_id],
    );
    if ((rowsOf.rowCount === 1) !== (place.status !== 'ready')) say('its first rows are wrong');
    await checkSealed(
      client,
      folder,
      { tenantId: place.tenant_id, schema: place.schema_name, ready: place.status === 'ready' },
      say,
    );
  });
}

/** A session of a role that is gone shows no name; one of a role that may not log in should not be. */
async function checkSessions(
  client: Client,
  wrong: string[],
  catalog: string,
  roles: Map<string, Role>,
): Promise<void> {
  const { rows } = await client.query<{ usename: string }>(
    `SELECT usename FROM pg_stat_activity WHERE usesysid IN (${OURS})`,
    [catalog],
  );
  for (const { usename } of rows) {
    if (roles.get(usename)?.rolcanlogin !== true) wrong.push(`a session of ${usename} is still on`);
  }
}

async function inDatabase<T>(
  where: Where,
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const url = new URL(where.controlUrl);
  url.pathname = `/${database}`;
  const client = new Client({ connectionString: url.href });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [controlUrl = '', catalogDatabase = '', sharedDatabase = '', storeDir = ''] =
    process.argv.slice(2);
  const wrong = await findDisagreements({ controlUrl, catalogDatabase, sharedDatabase, storeDir });
  for (const sentence of wrong) process.stdout.write(`${sentence}\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
