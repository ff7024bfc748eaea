import { type Client, escapeIdentifier } from 'pg';
import type { TestApp } from '../../support/test-app.js';

type Behind = Pick<TestApp, 'config' | 'foundation' | 'look'>;

/** Everything that the installation has of a tenant: its rows in the catalog, its secrets, its database. */
export async function belongingsOf(
  app: Behind,
  tenantId: string,
): Promise<Record<string, unknown>> {
  const { catalogDatabase } = app.config;
  const tables = await app.look<{ name: string }>(
    catalogDatabase,
    `SELECT table_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name = 'tenant_id'
        -- What was measured of it, which the sweep does by the clock.
        AND table_name <> 'tenant_storage' ORDER BY 1`,
  );
  const all: Record<string, unknown> = {};
  for (const [name, column] of [['tenants', 'id'], ...tables.map((it) => [it.name, 'tenant_id'])]) {
    all[`catalog.${name}`] = await app.look(
      catalogDatabase,
      `SELECT to_jsonb(t) AS row FROM ${escapeIdentifier(name ?? '')} t
        WHERE ${column} = $1 ORDER BY to_jsonb(t)::text`,
      [tenantId],
    );
  }
  const { secrets } = app.foundation.tools;
  for (const name of await secrets.list(tenantId)) {
    all[`secret ${name}`] = await secrets.get({ tenantId, name });
  }
  return { ...all, ...(await rowsOf(app, tenantId)) };
}

async function rowsOf(app: Behind, tenantId: string): Promise<Record<string, unknown>> {
  const { database, schema } = await placeOf(app, tenantId);
  const tables = await app.look<{ name: string }>(
    database,
    `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = $1 AND table_type = 'BASE TABLE' ORDER BY 1`,
    [schema],
  );
  const all: Record<string, unknown> = {};
  for (const { name } of tables) {
    all[`own ${name}`] = await app.look(
      database,
      `SELECT to_jsonb(t) AS row FROM ${escapeIdentifier(schema)}.${escapeIdentifier(name)} t
        ORDER BY to_jsonb(t)::text`,
    );
  }
  return all;
}

export async function placeOf(app: Pick<TestApp, 'foundation'>, tenantId: string) {
  const place = (await app.foundation.tenants.find(tenantId))?.placement;
  if (place == null) throw new Error(`${tenantId} has no place.`);
  return place;
}

/** With the tenant's own role, as whoever got hold of its password. The caller ends it. */
export async function loginAs(app: Pick<TestApp, 'foundation'>, tenantId: string): Promise<Client> {
  const { admin, logins } = app.foundation.tools;
  const { database, loginRole, loginSealed } = await placeOf(app, tenantId);
  const password = logins.open(tenantId, loginRole, loginSealed);
  return admin.server.connectAs({ database, user: loginRole, password });
}
