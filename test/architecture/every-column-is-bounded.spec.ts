import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from 'pg';
import { closeWithPremises, openOnOwnPremises } from '../support/lifecycle-premises.js';
import type { ControlPlane } from '../support/lifecycle-control-plane.js';

/** Made by others than our migrations, or written by nobody who could mean harm. */
const UNBOUNDED = new Set([
  // The migrations' own; a tenant's login role may not write it.
  'schema_history.name',
  'schema_history.kind',
  'schema_history.checksum',
]);

/** The job queue's own table, in the catalog. */
const OTHERS = new Set(['jobs']);

let plane: ControlPlane;

beforeAll(async () => {
  plane = await openOnOwnPremises();
});

afterAll(async () => {
  await closeWithPremises(plane);
});

/** Columns of any length without a CHECK, on themselves or their domain, that bounds it. */
async function unbounded(client: Pick<Client, 'query'>): Promise<string[]> {
  const { rows } = await client.query<{ table: string; column: string; checks: string[] }>(
    `SELECT c.relname AS table, a.attname AS column,
            array(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
                   WHERE k.contype = 'c' AND (k.conrelid = c.oid OR k.contypid = a.atttypid)) AS checks
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       JOIN pg_type t ON t.oid = a.atttypid
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
        AND (t.typlen = -1 OR t.typtype = 'd')
      ORDER BY 1, 2`,
  );
  expect(rows.length).toBeGreaterThan(20);
  return rows
    .filter(({ table, column, checks }) => {
      const name = `${table}.${column}`;
      if (UNBOUNDED.has(name) || OTHERS.has(table)) return false;
      const bound = new RegExp(
        `octet_length\\(\\(?(?:${column}|VALUE)\\)?(?:::text\\))?\\)? <= \\d+|\\b${column} = ANY`,
      );
      return !checks.some((check) => bound.test(check));
    })
    .map(({ table, column }) => `${table}.${column}`);
}

const REMEDY =
  'no upper length: add a CHECK (octet_length(...) <= n) in the migration that makes it';

describe('every column that could be of any length has an upper one', () => {
  test('which one without has not', async () => {
    const found = await plane.admin.inDatabase(plane.premises.catalogDatabase, async (client) => {
      await client.query(`BEGIN; CREATE TABLE planted (free text, bytes bytea CHECK (bytes <> ''),
        words text[], short text CHECK (octet_length(short) <= 9), word text CHECK (word IN ('a', 'b')))`);
      return unbounded(client);
    });
    const planted = found.filter((column) => column.startsWith('planted.'));
    expect(planted).toEqual(['planted.bytes', 'planted.free', 'planted.words']);
  });

  test('in the catalog', async () => {
    const found = await plane.admin.inDatabase(plane.premises.catalogDatabase, unbounded);
    expect(found.map((column) => `${column}: ${REMEDY}`)).toEqual([]);
  });

  test('in what every tenant has', async () => {
    const tenant = await plane.open('schema');
    const client = await plane.connector.connect(tenant);
    const found = await unbounded(client);
    await client.end();
    expect(found.map((column) => `${column}: ${REMEDY}`)).toEqual([]);
  });

  test('and a row over it is refused, whoever writes it', async () => {
    const tenant = await plane.open('database');
    const client = await plane.connector.connect(tenant);
    for (const sql of [
      `UPDATE api_keys SET hint = repeat('x', 200)`,
      `UPDATE organization SET name = name || decode(repeat('00', 5000), 'hex')`,
      // The domain itself, where the column has none of its own.
      `SELECT (decode('fe010001' || repeat('00', 17000000), 'hex'))::sealed`,
      `INSERT INTO integrations (id, provider, status, quality)
        VALUES ('int_x', 'x', 'active', array_fill('x'::text, ARRAY[5000]))`,
    ]) {
      await expect(client.query(sql)).rejects.toMatchObject({ code: '23514' });
    }
    await client.end();
  });
});
