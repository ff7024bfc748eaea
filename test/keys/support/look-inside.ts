import { Client } from 'pg';
import { SEALED_TABLES } from '../../../tenants/sealed-columns.js';
import type { TestApp } from '../../support/test-app.js';
import { adminUrl, databaseUrl } from '../../support/test-postgres.js';

/** A statement in the tenant's own database and schema, as the server's superuser. */
export async function lookInside<Row extends object>(
  app: TestApp,
  tenantId: string,
  sql: string,
): Promise<Row[]> {
  const [place] = await app.foundation.catalog.query<{ db: string; schema: string }>(
    'SELECT database_name AS db, schema_name AS schema FROM placements WHERE tenant_id = $1',
    [tenantId],
  );
  if (place === undefined) throw new Error(`${tenantId} has no place.`);
  const client = new Client({
    connectionString: databaseUrl(adminUrl(), place.db),
    options: `-c search_path=${place.schema}`,
  });
  await client.connect();
  try {
    return (await client.query<Row & object>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The lowest id of a data key that anything of the tenant is sealed under. */
export async function oldestKeyInUse(app: TestApp, tenantId: string): Promise<number> {
  const columns = SEALED_TABLES.flatMap(({ table, columns }) =>
    columns.map(({ column }) => `SELECT min(${column}_key) AS key FROM ${table}`),
  );
  const [row] = await lookInside<{ oldest: number }>(
    app,
    tenantId,
    `SELECT min(key) AS oldest FROM (${columns.join(' UNION ALL ')}) used`,
  );
  return row?.oldest ?? 0;
}
