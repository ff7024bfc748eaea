import { Client, escapeIdentifier, Pool, type PoolConfig } from 'pg';
import { randomWord } from '../../src/kernel/ids.js';

/** URL of the superuser of the run's server, for looking behind the scenes. */
export function adminUrl(): string {
  return fromGlobalSetup('NUMOON_TEST_ADMIN_URL');
}

/** URL of the role that the product works with: CREATEDB, CREATEROLE and nothing more. */
export function controlUrl(): string {
  return fromGlobalSetup('NUMOON_TEST_CONTROL_URL');
}

/** Names for one test file's control plane, so that files run side by side on one server. */
export function createTestCatalogNames(): { catalogDatabase: string; sharedDatabase: string } {
  const word = randomWord(12);
  return { catalogDatabase: `nmtest_${word}_catalog`, sharedDatabase: `nmtest_${word}_shared` };
}

/** The same server under another database name. */
export function databaseUrl(url: string, database: string): string {
  const result = new URL(url);
  result.pathname = `/${database}`;
  return result.href;
}

/**
 * A pool of a test's own. `end()` of a pool does not wait until the server has let go of its
 * connections, so a database dropped right after breaks some: unheard, that would fail the test file.
 */
export function openPool(config: PoolConfig): Pool {
  const pool = new Pool(config);
  pool.on('error', () => undefined);
  return pool;
}

/** Drops these databases with whoever is connected, templates too; absent ones are fine. */
export async function dropDatabases(...names: string[]): Promise<void> {
  const client = new Client(adminUrl());
  await client.connect();
  try {
    for (const name of names) {
      await client.query('UPDATE pg_database SET datistemplate = false WHERE datname = $1', [name]);
      await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
    }
  } finally {
    await client.end();
  }
}

/** Drops every database whose name begins so. */
export async function dropDatabasesWithPrefix(prefix: string): Promise<void> {
  const client = new Client(adminUrl());
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
    [prefix],
  );
  await client.end();
  await dropDatabases(...rows.map(({ datname }) => datname));
}

function fromGlobalSetup(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this test through jest.`);
  return value;
}
