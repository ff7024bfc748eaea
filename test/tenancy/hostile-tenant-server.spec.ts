import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { ISOLATIONS } from '../../src/tenancy/tenant-record.js';
import type { ControlPlane } from '../support/lifecycle-control-plane.js';
import { expectRefused, openInsider, type Insider } from '../support/lifecycle-hostile.js';
import { closeWithPremises, openOnOwnPremises } from '../support/lifecycle-premises.js';

const STATEMENT_TIMEOUT_MS = 500;

let plane: ControlPlane;
let victim: Insider;

beforeAll(async () => {
  plane = await openOnOwnPremises({
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    connectionsPerTenant: 2,
  });
  victim = await openInsider(plane, 'schema');
});

afterAll(async () => {
  await victim?.session.end();
  await closeWithPremises(plane);
});

describe.each(ISOLATIONS)('a session of a tenant (isolation %s)', (isolation) => {
  let attacker: Insider;
  let session: Client;

  beforeAll(async () => {
    attacker = await openInsider(plane, isolation);
    session = attacker.session;
  });

  afterAll(async () => {
    await session?.end();
  });

  it('runs no program and touches no file of the server', async () => {
    for (const sql of [
      `COPY members FROM PROGRAM 'id'`,
      `COPY members TO PROGRAM 'cat'`,
      `COPY (SELECT 1) TO PROGRAM 'cat'`,
      `COPY members FROM '/etc/passwd'`,
      `COPY members TO '/tmp/mallory'`,
      `SELECT pg_read_file('/etc/passwd')`,
      `SELECT pg_read_file('postgresql.conf')`,
      `SELECT pg_read_binary_file('PG_VERSION')`,
      `SELECT pg_stat_file('PG_VERSION')`,
      `SELECT * FROM pg_ls_dir('.')`,
      `SELECT * FROM pg_ls_logdir()`,
      `SELECT * FROM pg_ls_waldir()`,
      `SELECT * FROM pg_ls_tmpdir()`,
      `SELECT * FROM pg_ls_archive_statusdir()`,
      `SELECT lo_import('/etc/passwd')`,
      `SELECT lo_export(1, '/tmp/mallory')`,
      `SELECT pg_current_logfile()`,
      `SELECT * FROM pg_hba_file_rules`,
      `SELECT * FROM pg_file_settings`,
      `SELECT * FROM pg_config`,
      `SELECT pg_reload_conf()`,
      `SELECT pg_rotate_logfile()`,
      `SELECT pg_switch_wal()`,
      `SELECT pg_create_restore_point('m')`,
      `SELECT pg_backup_start('m')`,
      `SELECT pg_create_physical_replication_slot('m')`,
      `SELECT pg_promote()`,
      `LOAD '/tmp/mallory.so'`,
      `CHECKPOINT`,
    ]) {
      await expectRefused(session, sql);
    }
  });

  it('brings in no extension, no language and no foreign server', async () => {
    // Not every build ships them all: then they are not there to be had, which is as good.
    const absent = ['0A000', '58P01', '42704'];
    for (const name of [
      'dblink',
      'postgres_fdw',
      'file_fdw',
      'adminpack',
      'plpython3u',
      'plperlu',
    ]) {
      await expectRefused(session, `CREATE EXTENSION ${name}`, ...absent);
    }
    // Trusted ones may be had by who may create in the database; a tenant's role may not.
    for (const name of ['pgcrypto', 'hstore', 'pg_trgm', 'citext', 'tablefunc', 'plperl']) {
      await expectRefused(session, `CREATE EXTENSION ${name}`, ...absent);
    }
    await expectRefused(session, `CREATE FOREIGN DATA WRAPPER mallory`);
    await expectRefused(session, `CREATE LANGUAGE mallory HANDLER plpgsql_call_handler`, '42883');
    await expectRefused(
      session,
      `CREATE FUNCTION pg_temp.m() RETURNS int LANGUAGE c AS '/lib/x.so'`,
    );
    await expectRefused(
      session,
      `CREATE FUNCTION pg_temp.m() RETURNS int LANGUAGE internal AS 'int4in'`,
    );
  });

  it('reads no password and nothing that other tenants run', async () => {
    for (const table of ['pg_authid', 'pg_shadow', 'pg_user_mapping', 'pg_largeobject']) {
      await expectRefused(session, `SELECT * FROM ${table}`);
    }
    await expectRefused(session, `SELECT * FROM pg_subscription`);
    await victim.session.query(`SELECT 'a very private query'`);
    // Where a superuser has closed nothing; else: what-sql-sees.spec.ts.
    const { rows } = await session.query<{ query: string }>(
      `SELECT query FROM pg_stat_activity WHERE usename <> current_user`,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((row) => row.query !== '<insufficient privilege>')).toEqual([]);
    const { rows: addresses } = await session.query(
      `SELECT FROM pg_stat_activity WHERE usename <> current_user AND client_addr IS NOT NULL`,
    );
    expect(addresses).toEqual([]);
  });

  it('ends and cancels no session of others', async () => {
    const { rows } = await victim.session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pids = [rows[0]?.pid];
    const control = await plane.admin.rows<{ pid: number }>('SELECT pg_backend_pid() AS pid', []);
    for (const pid of [...pids, control[0]?.pid]) {
      await expectRefused(session, `SELECT pg_terminate_backend(${pid})`);
      await expectRefused(session, `SELECT pg_cancel_backend(${pid})`);
      await expectRefused(session, `SELECT pg_log_backend_memory_contexts(${pid})`);
    }
    await expect(victim.session.query('SELECT 1')).resolves.toBeDefined();
  });

  it('is cut off by its statement timeout', async () => {
    await expect(session.query('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: '57014' });
  });

  it('does not outlast its statement timeout by setting it to nothing: the sweep ends it', async () => {
    const runaway = await plane.connector.connect(attacker.tenant);
    await runaway.query('SET statement_timeout = 0');
    const running = runaway.query('SELECT pg_sleep(3600)');
    const ended = expect(running).rejects.toMatchObject({ code: '57P01' });

    await untilOlder(plane, attacker, STATEMENT_TIMEOUT_MS + 1_000);
    await plane.sweep.execute();

    await ended;
    await expect(victim.session.query('SELECT 1')).resolves.toBeDefined();
    await expect(session.query('SELECT 1')).resolves.toBeDefined();
    await runaway.end().catch(() => undefined);
  });

  it('does not rid its later sessions of the limit either', async () => {
    await session.query('ALTER ROLE CURRENT_USER SET statement_timeout = 0');
    const { place, password } = attacker;
    const login = { database: place.database, user: place.loginRole, password };
    const later = await plane.server.connectAs(login);
    const ended = expect(later.query('SELECT pg_sleep(3600)')).rejects.toMatchObject({
      code: '57P01',
    });

    await untilOlder(plane, attacker, STATEMENT_TIMEOUT_MS + 1_000);
    await plane.sweep.execute();

    await ended;
    await session.query(`ALTER ROLE CURRENT_USER SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
  });

  it('does not sit in a transaction for ever: the sweep ends it', async () => {
    const sitter = await plane.connector.connect(attacker.tenant);
    const gone = new Promise((resolve) => sitter.once('end', resolve));
    await sitter.query('SET idle_in_transaction_session_timeout = 0');
    await sitter.query('BEGIN; SELECT * FROM members FOR UPDATE');

    await untilOlder(plane, attacker, STATEMENT_TIMEOUT_MS + 1_000);
    await plane.sweep.execute();

    await gone;
    await expect(sitter.query('SELECT 1')).rejects.toThrow();
  });

  it('does not sit in a failed or chatty transaction for ever', async () => {
    const sitter = await plane.connector.connect(attacker.tenant);
    const gone = new Promise((resolve) => sitter.once('end', resolve));
    await sitter.query(
      'SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0; SET transaction_timeout = 0',
    );
    await sitter.query('BEGIN');
    await sitter.query('SELECT 1/0').catch(() => undefined);

    await untilOlder(plane, attacker, STATEMENT_TIMEOUT_MS + 1_000);
    await plane.sweep.execute();

    await gone;
  });

  it('holds no more connections than its limit', async () => {
    const limit = plane.tools.limits.connections;
    const held: Client[] = [session];
    const refused = await (async () => {
      for (;;) {
        try {
          held.push(await plane.connector.connect(attacker.tenant));
        } catch (error) {
          return error as { code?: string; cause?: unknown };
        }
        if (held.length > limit) return undefined;
      }
    })();
    // The pool of this process holds one or two of its own from the signup.
    expect(held.length).toBeLessThanOrEqual(limit);
    expect(refused?.cause ?? refused).toMatchObject({ code: '53300' });
    for (const client of held.slice(1)) await client.end();
  });

  it('changes settings of nobody but its own session', async () => {
    await session.query(`SET work_mem = '1MB'; SET application_name = 'mallory'`);
    // A role may give itself defaults; they are no others'.
    await session.query(`ALTER ROLE CURRENT_USER SET work_mem = '1MB'`);
    const { rows } = await victim.session.query<{ work_mem: string }>('SHOW work_mem');
    expect(rows[0]?.work_mem).not.toBe('1MB');
    await session.query(`ALTER ROLE CURRENT_USER RESET work_mem`);
  });
});

/** Waits until all work of the tenant is that old by the server's own clock. */
async function untilOlder(plane: ControlPlane, insider: Insider, ms: number): Promise<void> {
  for (;;) {
    const [row] = await plane.admin.asWarden(async (client) => {
      const { rows } = await client.query<{ missing: number | null }>(
        `SELECT max(extract(epoch FROM
            CASE state WHEN 'active' THEN query_start ELSE state_change END - now()))::float8
            + $2::float8 AS missing
           FROM pg_stat_activity WHERE usename = $1 AND state <> 'idle'`,
        [insider.place.loginRole, ms / 1_000 + 0.02],
      );
      return rows;
    });
    const missing = row?.missing ?? null;
    if (missing !== null && missing <= 0) return;
    await plane.admin.rows('SELECT pg_sleep($1)', [missing ?? 0.02]);
  }
}
