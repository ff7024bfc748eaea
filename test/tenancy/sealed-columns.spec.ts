import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { ISOLATIONS } from '../../src/tenancy/tenant-record.js';
import { SEALED_TABLES } from '../../tenants/sealed-columns.js';
import { TEST_ACTOR, type ControlPlane } from '../support/lifecycle-control-plane.js';
import {
  closeWithPremises,
  disagreements,
  openOnOwnPremises,
} from '../support/lifecycle-premises.js';

let plane: ControlPlane;

beforeAll(async () => {
  plane = await openOnOwnPremises();
});

afterAll(async () => {
  await closeWithPremises(plane);
});

const LISTED = SEALED_TABLES.flatMap(({ table, columns }) =>
  columns.map(({ column }) => `${table}.${column}`),
).toSorted();

/** Where a new tenant has none. What they hold opens nowhere: to be rolled back. */
const A_ROW_IN_EVERY_TABLE = `
  INSERT INTO integrations (id, provider, status) VALUES ('int_a', 'made-up', 'active');
  INSERT INTO connection_attempts (id, integration_id, link_hash, stage, expires_at)
    VALUES ('att_a', 'int_a', '', 'offered', now());
  INSERT INTO sync_streams (id, integration_id, stream) VALUES ('int_a:x', 'int_a', 'x');
  INSERT INTO metric_sets (id, integration_id, metric) VALUES ('mst_a', 'int_a', 'x');
  INSERT INTO metric_series (id, set_id, first, entries)
    SELECT 'mse_a', 'mst_a', 0, name FROM organization;
  INSERT INTO metric_blocks (id, set_id, from_day, to_day, written, folded, body)
    SELECT 'mbk_a', 'mst_a', '2026-01-01', '2026-01-01', 1, false, name FROM organization`;

describe.each(ISOLATIONS)('the sealed columns of a tenant (isolation %s)', (isolation) => {
  let session: Client;
  let tenantId: string;

  beforeAll(async () => {
    const tenant = await plane.open(isolation);
    tenantId = tenant.id;
    session = await plane.connector.connect(tenant);
  });

  afterAll(async () => {
    await session?.end();
  });

  it('are exactly those that tenants/sealed-columns.ts lists', async () => {
    const { rows } = await session.query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
        WHERE table_schema = current_schema() AND domain_name = 'sealed'`,
    );
    expect(rows.map(({ name }) => name).toSorted()).toEqual(LISTED);
    for (const { table, columns } of SEALED_TABLES) {
      expect(columns.map((column) => column.table)).toEqual(columns.map(() => table));
    }
  });

  it('are beside no other column of bytes than hashes and sealed answers', async () => {
    const { rows } = await session.query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
        WHERE table_schema = current_schema() AND data_type = 'bytea' AND domain_name IS NULL
          AND column_name NOT LIKE '%hash'`,
    );
    expect(rows.map(({ name }) => name).toSorted()).toEqual([
      'sealed_responses.fingerprint',
      'sealed_responses.sealed',
    ]);
  });

  it('each have a generated column that references the key they are under', async () => {
    const { rows } = await session.query<{ name: string; generated: string; refers: string }>(
      `SELECT c.relname || '.' || a.attname AS name, a.attgenerated::text AS generated,
              (SELECT f.relname FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
                WHERE k.contype = 'f' AND k.conrelid = c.oid AND k.conkey = ARRAY[a.attnum]) AS refers
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
          AND a.attname LIKE '%\\_key' AND a.attnum > 0 AND a.attgenerated <> ''`,
    );
    expect(rows.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual(
      LISTED.map((name) => ({ name: `${name}_key`, generated: 's', refers: 'data_keys' })).toSorted(
        (a, b) => a.name.localeCompare(b.name),
      ),
    );
  });

  it('follow the bytes: the generated column says what key the value is under', async () => {
    for (const { table, columns } of SEALED_TABLES) {
      for (const { column } of columns) {
        const { rows } = await session.query<{ key: number; sealed: Buffer }>(
          `SELECT ${column}_key AS key, ${column} AS sealed FROM ${table} WHERE ${column} IS NOT NULL`,
        );
        for (const { key, sealed } of rows) expect(key).toBe(sealed.readUInt16BE(2));
      }
    }
  });

  it('refuse what is not sealed, whoever writes it', async () => {
    const values = [
      `''`,
      `'Ada'`,
      `convert_to(repeat('Ada ', 40), 'utf8')`,
      // As long as can be, but of another magic or version, or too short.
      `decode('fe020001' || repeat('00', 40), 'hex')`,
      `decode('ff010001' || repeat('00', 40), 'hex')`,
      `decode('fe010001' || repeat('00', 27), 'hex')`,
    ];
    await session.query('BEGIN');
    await session.query(A_ROW_IN_EVERY_TABLE);
    for (const { table, columns } of SEALED_TABLES) {
      for (const { column } of columns) {
        for (const value of values) {
          await session.query('SAVEPOINT before');
          await expect(
            session.query(`UPDATE ${table} SET ${column} = ${value}`),
          ).rejects.toMatchObject({ code: '23514' });
          await session.query('ROLLBACK TO before');
        }
      }
    }
    await session.query('ROLLBACK');
  });

  it('take nothing under a key that is not there, and keep the one that they are under', async () => {
    const forged = `decode('fe010009' || repeat('00', 40), 'hex')`;
    for (const { table, columns } of SEALED_TABLES) {
      for (const { column } of columns) {
        const { rowCount } = await session.query(
          `SELECT FROM ${table} WHERE ${column} IS NOT NULL`,
        );
        if (rowCount === 0) continue;
        await expect(
          session.query(`UPDATE ${table} SET ${column} = ${forged}`),
        ).rejects.toMatchObject({ code: '23503' });
      }
    }
    await expect(session.query('DELETE FROM data_keys')).rejects.toMatchObject({ code: '23503' });
    await expect(session.query('UPDATE data_keys SET id = 2')).rejects.toMatchObject({
      code: '23503',
    });
  });

  it('are under a rotated key in the end, and the old one then takes nothing any more', async () => {
    const old = await session.query<{ name: Buffer }>('SELECT name FROM organization');

    expect(await plane.rotateKeys.execute(tenantId)).toBe('reencrypted');
    expect(await plane.rotateKeys.resume(tenantId)).toBe('finished');

    const { rows } = await session.query('SELECT id FROM data_keys');
    expect(rows).toEqual([{ id: 2 }]);
    await expect(
      session.query('UPDATE organization SET name = $1', [old.rows[0]?.name]),
    ).rejects.toMatchObject({ code: '23503' });
    expect(await disagreements(plane.premises)).toEqual([]);
    const opened = plane.tenancy.run(tenantId, TEST_ACTOR, () =>
      plane.keys.open((cipher) => cipher.hash('email', 'x').length),
    );
    expect(await opened).toBe(32);
  });
});
