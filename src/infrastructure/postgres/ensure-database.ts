import type { Client } from 'pg';
import { changePrivilege } from './change-privilege.js';
import type { DatabaseServer } from './database-server.js';
import { sqlIdentifier, sqlLiteral } from './sql-identifier.js';
import { hasSqlstate, SQLSTATE } from './sqlstate.js';

/**
 * Creates the database when it is missing, with PUBLIC shut out, also where a crash came between the two.
 * Safe when several processes start at once.
 */
export async function ensureDatabase(server: DatabaseServer, database: string): Promise<void> {
  const name = sqlIdentifier(database);
  await server.withConnection(server.maintenanceDatabase, async (client) => {
    if (!(await exists(client, database))) await create(client, name);
    await changePrivilege(runOn(client), {
      isDone: `NOT has_database_privilege('public', ${sqlLiteral(database)}, 'CONNECT, TEMPORARY')`,
      change: `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`,
    });
  });
  await server.withConnection(database, (client) =>
    changePrivilege(runOn(client), {
      isDone: `NOT has_schema_privilege('public', 'public', 'USAGE, CREATE')`,
      change: 'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    }),
  );
}

function runOn(client: Client) {
  return async (sql: string) => (await client.query<{ done: boolean }>(sql)).rows;
}

async function exists(client: Client, database: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  return rowCount === 1;
}

async function create(client: Client, name: string): Promise<void> {
  try {
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  } catch (error) {
    // Another process created it between the look and the act.
    if (!hasSqlstate(error, SQLSTATE.duplicateDatabase, SQLSTATE.uniqueViolation)) throw error;
  }
}
