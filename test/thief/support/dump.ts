import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { databaseUrl } from '../../support/test-postgres.js';
import type { OwnNuMoon } from './own-numoon.js';
import { withClient } from './with-client.js';

/**
 * Every table of every database as text, as a backup would hold it: one file each in a folder beside the
 * server's, which the server itself writes.
 *
 * @returns the folder
 */
export async function dumpTables({ adminUrl, cluster }: OwnNuMoon): Promise<string> {
  const folder = join(dirname(cluster), 'dump');
  await mkdir(folder);
  // The server runs as another user where we are root.
  await chmod(folder, 0o777);
  for (const database of await databases(adminUrl)) await dumpDatabase(adminUrl, database, folder);
  return folder;
}

async function databases(adminUrl: string): Promise<string[]> {
  return withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'SELECT datname AS name FROM pg_database WHERE datallowconn',
    );
    return rows.map(({ name }) => name);
  });
}

async function dumpDatabase(adminUrl: string, database: string, folder: string): Promise<void> {
  await withClient(databaseUrl(adminUrl, database), async (client) => {
    const { rows } = await client.query<{ schema: string; table: string }>(
      `SELECT schemaname AS schema, tablename AS table FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    for (const { schema, table } of rows) {
      const file = escapeLiteral(join(folder, `${database}.${schema}.${table}`));
      const name = `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
      await client.query(`COPY ${name} TO ${file}`);
    }
  });
}
