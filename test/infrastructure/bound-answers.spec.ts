import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client, Pool } from 'pg';
import { QueryFailedError } from 'typeorm';
import { problemOf } from '../../src/entry/http/problem/problem-of.js';
import { DatabaseServer } from '../../src/infrastructure/postgres/database-server.js';
import {
  ANSWERS_OF_TENANTS,
  DatabaseAnswerTooLargeError,
} from '../../src/infrastructure/postgres/answer-meter.js';
import { openClient } from '../../src/infrastructure/postgres/connections.js';
import { Secret } from '../../src/kernel/secret.js';
import { controlUrl, openPool } from '../support/test-postgres.js';

const TOO_LARGE = { code: 'database_answer_too_large' };
const KB = 1024;

/** More than a string of V8 may be long: what the driver throws at by itself. */
const OVERLONG = `SELECT decode(repeat('00', 270000000), 'hex') AS cell`;

let watch: Pool;

beforeAll(() => {
  watch = openPool({ connectionString: controlUrl(), max: 1 });
});

afterAll(async () => {
  await watch.end();
});

function connect(bytes = ANSWERS_OF_TENANTS.bytes): Promise<Client> {
  return openClient(controlUrl(), { bytes, shared: true });
}

describe('an answer larger than a connection takes', () => {
  it('fails its statement, on connections that a server of ours opens, without being gathered', async () => {
    const client = await new DatabaseServer(new Secret(controlUrl())).connect('postgres');
    const before = process.memoryUsage.rss();
    await expect(client.query(OVERLONG)).rejects.toMatchObject(TOO_LARGE);
    expect(process.memoryUsage.rss() - before).toBeLessThan(150 * KB * KB);
    await expect(client.query('SELECT 1')).rejects.toThrow();
    await client.end();
  });

  it('fails a named statement, one with values, and each of a transaction', async () => {
    for (const statement of [
      { text: `SELECT repeat('x', 300000) AS cell` },
      { name: 'a-name', text: `SELECT repeat('x', 300000) AS cell` },
      { text: `SELECT repeat('x', $1) AS cell`, values: [300_000] },
      { text: `SELECT 1; SELECT repeat('x', 300000) AS cell; SELECT 2` },
    ]) {
      const client = await connect(200 * KB);
      await client.query('BEGIN');
      await expect(client.query(statement)).rejects.toMatchObject(TOO_LARGE);
      await expect(client.query('ROLLBACK')).rejects.toThrow();
      await client.end();
    }
  });

  it('is counted over all its rows, and a row costs more than its bytes', async () => {
    const [long, empty] = [await connect(200 * KB), await connect(200 * KB)];
    await expect(
      long.query(`SELECT repeat('x', 1000) FROM generate_series(1, 300)`),
    ).rejects.toMatchObject(TOO_LARGE);
    await expect(empty.query('SELECT FROM generate_series(1, 3000)')).rejects.toMatchObject(
      TOO_LARGE,
    );
    await Promise.all([long.end(), empty.end()]);
  });

  it('is one of what errors and notices say, too', async () => {
    const [error, notice] = [await connect(200 * KB), await connect(200 * KB)];
    await expect(
      error.query(`DO $$ BEGIN RAISE EXCEPTION '%', repeat('x', 300000); END $$`),
    ).rejects.toMatchObject(TOO_LARGE);
    await expect(
      notice.query(`DO $$ BEGIN RAISE NOTICE '%', repeat('x', 300000); END $$`),
    ).rejects.toMatchObject(TOO_LARGE);
    await Promise.all([error.end(), notice.end()]);
  });
});

describe('what a failure of a connection is told as', () => {
  it('is its own code, also where TypeORM has wrapped it', () => {
    const wrapped = new QueryFailedError('SELECT', [], new DatabaseAnswerTooLargeError(1));
    expect(problemOf(wrapped).problem).toMatchObject({ status: 500, ...TOO_LARGE });
  });
});

describe('an answer within it', () => {
  it('comes whole, as often as it is asked for', async () => {
    const client = await connect(200 * KB);
    for (let turn = 0; turn < 20; turn += 1) {
      const { rows } = await client.query(
        `SELECT i, repeat('x', $1) AS cell FROM generate_series(1, 10) i`,
        [10_000 + turn],
      );
      expect(rows).toHaveLength(10);
      expect(rows[9].cell).toHaveLength(10_000 + turn);
    }
    await client.end();
  });

  it('ends nobody else who reads at the same time', async () => {
    const large = Array.from({ length: 4 }, () => connect());
    const asked = large.map(async (opening) => {
      const client = await opening;
      const outcome = await client.query(`SELECT repeat('x', 100000000)`).then(
        () => 'answered',
        (failure: { code: string }) => failure.code,
      );
      await client.end();
      return outcome;
    });
    for (let turn = 0; turn < 50; turn += 1) await watch.query('SELECT 1');
    expect(new Set(await Promise.all(asked))).toEqual(new Set([TOO_LARGE.code]));
  });
});

describe('whatever the driver throws while it takes an answer', () => {
  it('fails that connection and its statement, and not the process', async () => {
    const client = await openClient({
      connectionString: controlUrl(),
      types: {
        // Where the driver does not catch: the look-up of a reader, when a row is described.
        getTypeParser: () => {
          throw new TypeError('no reader');
        },
      },
    });
    await expect(client.query({ text: 'SELECT 1 AS one', values: [] })).rejects.toThrow(
      'no reader',
    );
    await client.end();
  });
});
