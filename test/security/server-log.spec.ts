import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, type QueryConfig } from 'pg';
import { loadConfig } from '../../config/load.js';
import {
  openPostgres,
  type PostgresProfile,
} from '../../src/entry/composition/postgres-profile.js';
import { noteSecretsOfDataDir } from '../support/canaries/data-dir-secrets.js';
import { searchSinks } from '../support/canaries/leaks.js';
import { knownSecrets, plant } from '../support/canaries/registry.js';
import { cleanUp, createTempFolder, runSql } from '../support/temp-servers.js';

/** The product's own server, started as the product starts it. */
let dataDir: string;
let postgres: PostgresProfile;
let adminUrl: string;

beforeAll(async () => {
  dataDir = await createTempFolder();
  postgres = await openPostgres(loadConfig({}, { dataDir }), () => undefined);
  adminUrl = (await readFile(join(dataDir, 'postgres.url'), 'utf8')).trim();
  await noteSecretsOfDataDir(dataDir);
  await runSql(
    adminUrl,
    `CREATE TABLE people (email text PRIMARY KEY CHECK (email <> ''), age int NOT NULL DEFAULT 1);
     CREATE ROLE somebody;
     CREATE FUNCTION fail(said text) RETURNS void LANGUAGE plpgsql AS
       $$ BEGIN EXECUTE format('SELECT %L::int', said); END $$`,
  );
});

afterAll(async () => {
  await postgres?.stop();
  await cleanUp();
});

/** Statements that make PostgreSQL say the value. */
const SAYING: [string, (value: string) => (string | QueryConfig)[]][] = [
  [
    'a duplicate key',
    (value) => [
      { text: 'INSERT INTO people VALUES ($1)', values: [value] },
      { text: 'INSERT INTO people VALUES ($1)', values: [value] },
    ],
  ],
  ['a missing value', (value) => [`INSERT INTO people VALUES ('${value}', NULL)`]],
  ['a failing COPY', (value) => [`COPY people (age) FROM PROGRAM 'echo ${value}'`]],
  ['a failing function', (value) => [{ text: 'SELECT fail($1)', values: [value] }]],
  ['a value that is no number', (value) => [`SELECT '${value}'::int`]],
  ['a parameter that is no number', (value) => [{ text: 'SELECT $1::int', values: [value] }]],
  [
    'parameters that a role wants to see logged',
    (value) => [
      'SET log_parameter_max_length_on_error = -1',
      { text: 'SELECT 1 / length($1)::int / 0', values: [value] },
    ],
  ],
  [
    'a statement that takes too long',
    (value) => ['SET statement_timeout = 20', `SELECT pg_sleep(5), '${value}'`],
  ],
  ['a password with a slip behind it', (value) => [`ALTER ROLE somebody PASSWORD '${value}' NOW`]],
  ['a warning', (value) => [`DO $$ BEGIN RAISE WARNING '${value}'; END $$`]],
  ['a line for the log', (value) => [`DO $$ BEGIN RAISE LOG '${value}'; END $$`]],
  ['a plan', (value) => ['SET debug_print_plan = on', `SELECT '${value}'::text`]],
  ['an error made fatal', (value) => ['SET exit_on_error = on', `SELECT '${value}'::int`]],
];

async function say(statements: readonly (string | QueryConfig)[], before = ''): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  client.on('error', () => undefined);
  await client.connect();
  if (before !== '') await client.query(before);
  for (const statement of statements)
    await client.query(statement as string).catch(() => undefined);
  await client.end().catch(() => undefined);
}

async function kindsInLog(): Promise<string[]> {
  const content = await readFile(join(dataDir, 'postgres.log'));
  return searchSinks(knownSecrets(), [{ name: 'postgres.log', content }]).map(({ kind }) => kind);
}

describe('the log of the embedded server has no value and no password', () => {
  test.each(SAYING)('of %s', async (_, statements) => {
    const value = plant('text');
    await say(statements(value));
    expect(await kindsInLog()).toEqual([]);
    expect(await logText()).not.toContain(asInPlans(value));
  });

  test('of a password that was refused', async () => {
    const url = new URL(adminUrl);
    url.password = plant('password');
    await expect(runSql(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(await kindsInLog()).toEqual([]);
    expect(await logText()).toContain('password authentication failed');
  });

  test('of a deadlock', async () => {
    const value = plant('text');
    const [one, two] = [new Client(adminUrl), new Client(adminUrl)];
    await Promise.all([one.connect(), two.connect()]);
    const lock = (client: Client, id: number) =>
      client.query(`SELECT pg_advisory_xact_lock(${id}), '${value}'`);
    await Promise.all([one.query('BEGIN'), two.query('BEGIN')]);
    await Promise.all([lock(one, 1), lock(two, 2)]);
    const outcome = await Promise.allSettled([lock(one, 2), lock(two, 1)]);
    expect(outcome.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await Promise.all([one.end(), two.end()]);
    expect(await kindsInLog()).toEqual([]);
  });

  test('of what a process was running when it was killed; that it was killed is there', async () => {
    const victim = new Client({ connectionString: adminUrl });
    victim.on('error', () => undefined);
    await victim.connect();
    const { rows } = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const query = victim.query(`SELECT pg_sleep(60), '${plant('text')}'`).catch(() => 'cut');
    const pid = rows[0]?.pid as number;
    const running = `SELECT FROM pg_stat_activity WHERE pid = ${pid} AND query LIKE '%sleep(60)%'`;
    while ((await runSql(adminUrl, running)).length === 0) await sleep(10);
    process.kill(pid, 'SIGKILL');
    expect(await query).toBe('cut');
    await untilItServes();
    expect(await kindsInLog()).toEqual([]);
    expect(await logText()).toMatch(/was terminated by signal 9[^]*ready to accept connections/);
  });
});

test('the same statements fill the log of who opens it, so the above is known to provoke', async () => {
  const opened = `SET log_min_messages = 'debug1'; SET log_min_error_statement = 'error';
    SET log_error_verbosity = 'default'`;
  for (const [what, statements] of SAYING) {
    const value = plant('text');
    await say(statements(value), opened);
    const log = await logText();
    const found = log.includes(value) || log.includes(asInPlans(value));
    expect([what, found]).toEqual([what, true]);
  }
});

/** Plans show a text as the numbers of its bytes. */
function asInPlans(value: string): string {
  return [...Buffer.from(value)].join(' ');
}

async function logText(): Promise<string> {
  return readFile(join(dataDir, 'postgres.log'), 'utf8');
}

async function untilItServes(): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return void (await runSql(adminUrl, 'SELECT 1'));
    } catch (error) {
      if (tries > 200) throw error;
      await sleep(50);
    }
  }
}
