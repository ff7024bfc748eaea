import { Client, escapeIdentifier as name } from 'pg';
import { rowPrivileges } from '../../src/control-plane/provisioning/row-privileges.js';
import { migrate } from '../../src/infrastructure/postgres/migrate.js';
import type { TenantRecord } from '../../src/tenancy/tenant-record.js';
import { TENANT_MIGRATIONS } from '../../tenants/migrations/index.js';
import { adminUrl, databaseUrl } from './test-postgres.js';

/**
 * Builds the tenant's schema anew with the first `version` migrations alone and moves its rows there: what a
 * tenant looks like that an older program made. The catalog is told by the caller.
 */
export async function rebuildAtVersion(tenant: TenantRecord, version: number): Promise<void> {
  const place = tenant.placement;
  if (place === null) throw new Error('A tenant without a place.');
  const [schema, owner, aside] = [name(place.schema), name(place.ownerRole), name('aside')];
  const client = new Client(databaseUrl(adminUrl(), place.database));
  await client.connect();
  try {
    await client.query(`BEGIN; ALTER SCHEMA ${schema} RENAME TO ${aside};
      CREATE SCHEMA ${schema} AUTHORIZATION ${place.isolation === 'schema' ? owner : 'pg_database_owner'};
      COMMIT; SET ROLE ${owner}; SET search_path = ${schema}`);
    await migrate(client, TENANT_MIGRATIONS.slice(0, version));
    await client.query('RESET ROLE');
    for (const { table, columns } of await tablesOf(client, place.schema)) {
      await client.query(`INSERT INTO ${schema}.${table} (${columns}) OVERRIDING SYSTEM VALUE
        SELECT ${columns} FROM aside.${table}`);
    }
    await client.query(`DROP SCHEMA ${aside} CASCADE; SET ROLE ${owner};
      ${rowPrivileges(place)}; RESET ROLE`);
  } finally {
    await client.end();
  }
}

/** In the order they were made, so that what is referred to comes first. */
async function tablesOf(
  client: Client,
  schema: string,
): Promise<{ table: string; columns: string }[]> {
  const { rows } = await client.query<{ table: string; columns: string }>(
    `SELECT c.relname AS table,
            string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped AND a.attgenerated = ''
      WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' AND c.relname <> 'schema_history'
      GROUP BY c.oid, c.relname ORDER BY c.oid`,
    [name(schema)],
  );
  return rows;
}
