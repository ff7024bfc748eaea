import { describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { adminUrl, controlUrl, databaseUrl, dropDatabases } from '../support/test-postgres.js';

describe('the control role', () => {
  test('may create databases and roles and is nothing more', async () => {
    const role = await asAdmin(
      `SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin
       FROM pg_roles WHERE rolname = 'numoon_control'`,
    );
    expect(role).toEqual([
      {
        rolsuper: false,
        rolcreatedb: true,
        rolcreaterole: true,
        rolreplication: false,
        rolbypassrls: false,
        rolcanlogin: true,
      },
    ]);
  });

  test.each([
    ["SELECT pg_read_file('postgresql.conf')"],
    ["COPY (SELECT 1) TO PROGRAM 'true'"],
    ['SELECT rolpassword FROM pg_authid'],
    ["ALTER SYSTEM SET log_statement = 'all'"],
    ['CREATE ROLE sneaky SUPERUSER'],
  ])('is refused: %s', async (sql) => {
    await expect(query(controlUrl(), sql)).rejects.toMatchObject({ code: '42501' });
  });

  test('has its password stored as SCRAM', async () => {
    const [row] = await asAdmin(
      "SELECT rolpassword FROM pg_authid WHERE rolname = 'numoon_control'",
    );
    expect(row?.['rolpassword']).toMatch(/^SCRAM-SHA-256\$/);
  });
});

describe('the embedded server', () => {
  test('listens on this machine only and has no socket file', async () => {
    expect(await setting('listen_addresses')).toBe('127.0.0.1');
    expect(await setting('unix_socket_directories')).toBe('');
  });

  test('refuses a wrong password', async () => {
    const url = new URL(controlUrl());
    url.password = 'wrong';
    await expect(query(url.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('compares text alike on every machine', async () => {
    const [row] = await asAdmin(
      `SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider, datlocale
       FROM pg_database WHERE datname = 'template1'`,
    );
    expect(row).toEqual({ encoding: 'UTF8', datlocprovider: 'b', datlocale: 'C.UTF-8' });
  });

  test('lets nobody but a superuser make large objects, in databases to come too', async () => {
    const name = `nmtest_large_${process.pid}`;
    await asAdmin(`CREATE DATABASE ${name} TEMPLATE template0`);
    try {
      for (const database of [name, 'postgres', 'template1']) {
        const [row] = await query(
          databaseUrl(adminUrl(), database),
          `SELECT has_function_privilege('public', 'lo_create(oid)', 'EXECUTE') AS one,
                  has_function_privilege('public', 'lo_creat(integer)', 'EXECUTE') AS two,
                  has_function_privilege('public', 'lo_from_bytea(oid, bytea)', 'EXECUTE') AS three`,
        );
        expect({ database, ...row }).toEqual({ database, one: false, two: false, three: false });
      }
      const [template] = await asAdmin(
        `SELECT datallowconn FROM pg_database WHERE datname = 'template0'`,
      );
      expect(template).toEqual({ datallowconn: false });
    } finally {
      await dropDatabases(name);
    }
  });

  test('keeps a new role out of the maintenance databases', async () => {
    await asAdmin("CREATE ROLE nmtest_visitor LOGIN PASSWORD 'visitor'");
    try {
      const url = new URL(controlUrl());
      url.username = 'nmtest_visitor';
      url.password = 'visitor';
      await expect(query(url.href, 'SELECT 1')).rejects.toMatchObject({ code: '42501' });
    } finally {
      await asAdmin('DROP ROLE nmtest_visitor');
    }
  });
});

async function setting(name: string): Promise<unknown> {
  const [row] = await asAdmin(`SELECT current_setting('${name}') AS value`);
  return row?.['value'];
}

async function asAdmin(sql: string): Promise<Record<string, unknown>[]> {
  return query(adminUrl(), sql);
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
