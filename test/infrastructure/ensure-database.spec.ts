import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { DatabaseServer } from '../../src/infrastructure/postgres/database-server.js';
import { ensureDatabase } from '../../src/infrastructure/postgres/ensure-database.js';
import { randomWord } from '../../src/kernel/ids.js';
import { Secret } from '../../src/kernel/secret.js';
import { runSql } from '../support/temp-servers.js';
import { adminUrl, controlUrl, databaseUrl, dropDatabases } from '../support/test-postgres.js';

const PROCESSES = 8;
const ROUNDS = 6;

let server: DatabaseServer;
let database: string;

beforeEach(() => {
  server = new DatabaseServer(new Secret(controlUrl()));
  database = `nmtest_${randomWord(12)}_ensured`;
});

afterEach(() => dropDatabases(database));

const ensure = (): Promise<void> => ensureDatabase(server, database);
const ensureAtOnce = (): Promise<unknown> => Promise.all(Array.from({ length: PROCESSES }, ensure));
const onServer = (sql: string) => runSql(controlUrl(), sql);
const inside = (sql: string) => runSql(databaseUrl(controlUrl(), database), sql);
const insideAsOwner = (sql: string) => runSql(databaseUrl(adminUrl(), database), sql);

async function whatPublicMay(): Promise<unknown> {
  const [connect] = await onServer(
    `SELECT has_database_privilege('public', '${database}', 'CONNECT, TEMPORARY') AS it`,
  );
  const [schema] = await inside(
    `SELECT has_schema_privilege('public', 'public', 'USAGE, CREATE') AS it`,
  );
  return { connect: connect?.['it'], schema: schema?.['it'] };
}

/** Until a statement in the database waits for another's transaction. */
async function untilItWaits(): Promise<void> {
  const waiting = `SELECT 1 FROM pg_stat_activity
    WHERE datname = '${database}' AND wait_event_type = 'Lock' AND query LIKE 'REVOKE%'`;
  while ((await runSql(adminUrl(), waiting)).length === 0) await sleep(20);
}

const NOTHING = { connect: false, schema: false };

describe('a database of our own', () => {
  it('is made when it is missing, and shuts everybody else out', async () => {
    await ensure();
    expect(await whatPublicMay()).toEqual(NOTHING);
    await ensure();
    expect(await whatPublicMay()).toEqual(NOTHING);
  });

  it('is made once by processes that start at the same moment', async () => {
    await ensureAtOnce();
    expect(await whatPublicMay()).toEqual(NOTHING);
  });

  it('is shut by whoever comes next where a crash left it open', async () => {
    await onServer(`CREATE DATABASE ${database} TEMPLATE template0`);
    expect(await whatPublicMay()).toEqual({ connect: true, schema: true });
    await ensure();
    expect(await whatPublicMay()).toEqual(NOTHING);
  });

  it.each(['COMMIT', 'ROLLBACK'])(
    'is shut also beside another who does it, with %s',
    async (end) => {
      await ensure();
      await insideAsOwner('GRANT USAGE ON SCHEMA public TO PUBLIC');
      const other = new Client(databaseUrl(controlUrl(), database));
      await other.connect();
      try {
        await other.query('BEGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC');
        const waiting = ensure();
        await untilItWaits();
        await other.query(end);
        await waiting;
      } finally {
        await other.end();
      }
      expect(await whatPublicMay()).toEqual(NOTHING);
    },
  );

  it('is shut by many at once without an error to any of them', async () => {
    await ensure();
    for (let round = 0; round < ROUNDS; round += 1) {
      await onServer(`GRANT CONNECT ON DATABASE ${database} TO PUBLIC`);
      await insideAsOwner('GRANT USAGE ON SCHEMA public TO PUBLIC');
      await ensureAtOnce();
      expect(await whatPublicMay()).toEqual(NOTHING);
    }
  });
});
