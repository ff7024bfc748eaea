import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import type { EmbeddedPostgres } from '../../src/infrastructure/embedded-postgres/start-embedded-postgres.js';
import { resetStatisticsOfDropped } from '../../src/infrastructure/postgres/statement-statistics.js';
import { cleanUp, createTempFolder, runSql, startTempServer } from '../support/temp-servers.js';
import { adminUrl, controlUrl, databaseUrl } from '../support/test-postgres.js';

/** A server that gathers statistics, with the extension in a schema of its own in one database. */
let server: EmbeddedPostgres;

beforeAll(async () => {
  server = await startTempServer({
    dataDir: await createTempFolder(),
    settings: { fsync: 'off', shared_preload_libraries: 'pg_stat_statements' },
  });
  await runSql(server.adminUrl, 'CREATE SCHEMA "Odd name"');
  await runSql(server.adminUrl, 'CREATE EXTENSION pg_stat_statements SCHEMA "Odd name"');
});

afterAll(cleanUp);

/** Statements known of the database, dropped or not. */
async function countOf(oid: number): Promise<number> {
  const rows = await runSql(
    server.adminUrl,
    `SELECT count(*)::int AS count FROM "Odd name".pg_stat_statements WHERE dbid = ${oid}`,
  );
  return rows[0]?.['count'] as number;
}

async function droppedDatabase(name: string): Promise<number> {
  await runSql(server.adminUrl, `CREATE DATABASE ${name}`);
  await runSql(databaseUrl(server.adminUrl, name), `CREATE ROLE ${name} PASSWORD 'nmcanary'`);
  const rows = await runSql(
    server.adminUrl,
    `SELECT oid::int8::int AS oid FROM pg_database WHERE datname = '${name}'`,
  );
  await runSql(server.adminUrl, `DROP DATABASE ${name}`);
  return rows[0]?.['oid'] as number;
}

async function maintenanceOid(): Promise<number> {
  const rows = await runSql(
    server.adminUrl,
    `SELECT oid::int8::int AS oid FROM pg_database WHERE datname = current_database()`,
  );
  return rows[0]?.['oid'] as number;
}

async function resetAs(url: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN');
    const outcome = await resetStatisticsOfDropped(client);
    // A transaction that the caller is in goes on.
    await client.query('COMMIT');
    return outcome;
  } finally {
    await client.end();
  }
}

describe('the statistics of a dropped database', () => {
  test('outlive it until they are reset, and those of others stay', async () => {
    const [gone, other] = [await droppedDatabase('gone'), await maintenanceOid()];
    expect(await countOf(gone)).toBeGreaterThan(0);
    expect(await resetAs(server.adminUrl)).toBe('reset');
    expect(await countOf(gone)).toBe(0);
    expect(await countOf(other)).toBeGreaterThan(0);
    expect(await resetAs(server.adminUrl)).toBe('reset');
  });

  test('cannot be reset by a role without the permission, and can with it', async () => {
    const oid = await droppedDatabase('guarded');
    expect(await resetAs(server.controlUrl)).toBe('denied');
    expect(await countOf(oid)).toBeGreaterThan(0);
    await runSql(
      server.adminUrl,
      `GRANT USAGE ON SCHEMA "Odd name" TO numoon_control;
       GRANT EXECUTE ON FUNCTION "Odd name".pg_stat_statements_reset TO numoon_control`,
    );
    expect(await resetAs(server.controlUrl)).toBe('reset');
    expect(await countOf(oid)).toBe(0);
  });

  test('are out of reach from a database without the extension', async () => {
    const oid = await droppedDatabase('far');
    expect(await resetAs(databaseUrl(server.adminUrl, 'template1'))).toBe('denied');
    expect(await countOf(oid)).toBeGreaterThan(0);
  });

  test('are absent on a server that gathers none', async () => {
    expect(await resetAs(adminUrl())).toBe('absent');
    expect(await resetAs(controlUrl())).toBe('absent');
  });
});
