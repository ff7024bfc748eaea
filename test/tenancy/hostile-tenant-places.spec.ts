import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ISOLATIONS } from '../../src/tenancy/tenant-record.js';
import type { ControlPlane } from '../support/lifecycle-control-plane.js';
import {
  expectRefused,
  expectShutOut,
  openInsider,
  type Insider,
} from '../support/lifecycle-hostile.js';
import { closeWithPremises, openOnOwnPremises } from '../support/lifecycle-premises.js';

let plane: ControlPlane;
/** The others, one of each kind. */
let victims: Insider[];

beforeAll(async () => {
  plane = await openOnOwnPremises({ stock: { database: 1, schema: 1 } });
  victims = [await openInsider(plane, 'database'), await openInsider(plane, 'schema')];
  await plane.stock.refill();
});

afterAll(async () => {
  for (const { session } of victims ?? []) await session.end();
  await closeWithPremises(plane);
});

describe.each(ISOLATIONS)('a session of a tenant (isolation %s)', (isolation) => {
  let attacker: Insider;
  let session: Insider['session'];

  beforeAll(async () => {
    attacker = await openInsider(plane, isolation);
    session = attacker.session;
  });

  afterAll(async () => {
    await session?.end();
  });

  it('can work with its own rows', async () => {
    // Any bytes in the form of something sealed: the session has no key to make real ones.
    const sealed = `decode('fe010001' || repeat('ab', 40), 'hex')`;
    await session.query(
      `INSERT INTO members (id, name, email, email_hash, role)
       VALUES ('m2', ${sealed}, ${sealed}, '\\x01', 'admin')`,
    );
    await session.query(`UPDATE members SET role = 'analyst' WHERE id = 'm2'`);
    const { rows } = await session.query(`DELETE FROM members WHERE id = 'm2' RETURNING role`);
    expect(rows).toEqual([{ role: 'analyst' }]);
    await session.query(
      `INSERT INTO audit_events (id, actor_kind, action) VALUES ('e2', 'system', 'test')`,
    );
  });

  it('can put no plaintext into a sealed column', async () => {
    for (const value of [`'Bo'`, `convert_to('Bo, whose name is long enough for it', 'utf8')`]) {
      await expect(session.query(`UPDATE members SET name = ${value}`)).rejects.toMatchObject({
        code: '23514',
      });
    }
  });

  it('can be inside no other database of the server', async () => {
    const { rows } = await session.query<{ datname: string }>('SELECT datname FROM pg_database');
    const others = rows
      .map((row) => row.datname)
      .filter((name) => name !== attacker.place.database)
      // Databases that other test files made for themselves are not this product's.
      .filter((name) => name.startsWith('nm_') || name.startsWith(plane.premises.catalogDatabase))
      .concat('postgres', 'template0', 'template1', plane.premises.catalogDatabase);
    expect(others).toContain(victims[0]?.place.database);
    if (isolation === 'database') others.push(plane.premises.sharedDatabase);
    for (const name of others) await expectShutOut(plane, attacker, name);
  });

  it('can not log in as another role with its own password', async () => {
    for (const role of [victims[0], victims[1]]) {
      const login = { database: role?.place.database ?? '', user: role?.place.loginRole ?? '' };
      await expect(
        plane.server.connectAs({ ...login, password: attacker.password }),
      ).rejects.toMatchObject({ code: '28P01' });
    }
    for (const user of [attacker.place.ownerRole, plane.tools.roles.warden]) {
      await expect(
        plane.server.connectAs({
          database: attacker.place.database,
          user,
          password: attacker.password,
        }),
      ).rejects.toMatchObject({ code: expect.stringMatching(/^28/) });
    }
  });

  it('can become no other role', async () => {
    const roles = [
      attacker.place.ownerRole,
      victims[0]?.place.ownerRole,
      victims[1]?.place.loginRole,
      plane.tools.roles.warden,
      plane.tools.roles.template,
      plane.tools.roles.shared,
      plane.server.controlRole,
      'postgres',
      'pg_read_all_data',
      'pg_signal_backend',
      'pg_execute_server_program',
    ];
    for (const role of roles) {
      await expectRefused(session, `SET ROLE "${role}"`);
      await expectRefused(session, `SET SESSION AUTHORIZATION "${role}"`);
      await expectRefused(session, `GRANT "${role}" TO CURRENT_USER`);
    }
  });

  it('can make, change and drop no role and no database', async () => {
    const { loginRole, ownerRole, database } = attacker.place;
    await expectRefused(session, 'CREATE ROLE mallory LOGIN SUPERUSER');
    await expectRefused(session, 'CREATE DATABASE mallory');
    await expectRefused(session, `ALTER ROLE "${loginRole}" CREATEDB`);
    await expectRefused(session, `ALTER ROLE "${loginRole}" CONNECTION LIMIT -1`);
    await expectRefused(session, `ALTER ROLE "${victims[0]?.place.loginRole}" PASSWORD 'x'`);
    await expectRefused(session, `ALTER ROLE "${victims[0]?.place.loginRole}" SET work_mem = 64`);
    await expectRefused(session, `DROP ROLE "${ownerRole}"`);
    await expectRefused(session, `ALTER DATABASE "${database}" SET statement_timeout = 0`);
    await expectRefused(session, `ALTER DATABASE "${database}" RENAME TO mallory`);
    await expectRefused(session, `DROP DATABASE "${victims[0]?.place.database}"`);
    await expectRefused(session, `ALTER SYSTEM SET log_statement = 'all'`);
    await expectRefused(session, `SET session_replication_role = replica`);
    await expectRefused(session, `SET log_statement = 'all'`);
    await expectRefused(session, `CREATE TABLESPACE mallory LOCATION '/tmp'`);
    await expectRefused(session, `COMMENT ON DATABASE "${database}" IS 'mine'`);
    await expectRefused(session, `CREATE PUBLICATION mallory`);
    await expectRefused(session, `CREATE SUBSCRIPTION m CONNECTION 'x' PUBLICATION y`);
    await expectRefused(session, `CREATE EVENT TRIGGER m ON ddl_command_end EXECUTE FUNCTION f()`);
  });

  it('can create nothing in its own place and change nothing of its make', async () => {
    const { schema } = attacker.place;
    for (const place of [schema, 'public']) {
      await expectRefused(session, `CREATE TABLE "${place}".mallory (a int)`);
      await expectRefused(session, `CREATE VIEW "${place}".mallory AS SELECT 1`);
      await expectRefused(session, `CREATE SEQUENCE "${place}".mallory`);
      await expectRefused(session, `CREATE TYPE "${place}".mallory AS (a int)`);
      await expectRefused(
        session,
        `CREATE FUNCTION "${place}".mallory() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
      );
      await expectRefused(
        session,
        `CREATE OPERATOR "${place}".=== (FUNCTION = int4eq, LEFTARG = int)`,
      );
    }
    for (const large of ['lo_creat(-1)', 'lo_create(0)', `lo_from_bytea(0, 'x')`]) {
      await expectRefused(session, `SELECT ${large}`);
    }
    await expectRefused(session, 'CREATE SCHEMA mallory');
    await expectRefused(session, 'CREATE TEMPORARY TABLE mallory (a int)');
    await expectRefused(session, 'CREATE TEMPORARY SEQUENCE mallory');
    await expectRefused(session, `DO LANGUAGE plpgsql 'BEGIN CREATE TABLE m (a int); END'`);
    for (const table of ['members', 'schema_history']) {
      await expectRefused(session, `ALTER TABLE ${table} ADD COLUMN mallory int`);
      await expectRefused(session, `ALTER TABLE ${table} OWNER TO CURRENT_USER`);
      await expectRefused(session, `ALTER TABLE ${table} DISABLE TRIGGER ALL`);
      await expectRefused(session, `CREATE INDEX mallory ON ${table} ((1))`);
      await expectRefused(
        session,
        `CREATE RULE mallory AS ON SELECT TO ${table} DO INSTEAD NOTHING`,
      );
      await expectRefused(session, `TRUNCATE ${table}`);
      await expectRefused(session, `DROP TABLE ${table}`);
      await expectRefused(session, `COMMENT ON TABLE ${table} IS 'mine'`);
    }
    await expectRefused(session, `UPDATE schema_history SET version = 999`);
    await expectRefused(session, `INSERT INTO schema_history VALUES (999, 'm', 'safe', 'x')`);
    await expectRefused(session, `DELETE FROM schema_history`);
    await expectRefused(session, `ALTER SCHEMA "${schema}" RENAME TO mallory`);
    await expectRefused(session, `DROP SCHEMA "${schema}" CASCADE`);
  });

  it('can hand on none of its rights', async () => {
    const { database, schema, loginRole } = attacker.place;
    const rights = async (): Promise<object[]> => {
      const { rows } = await session.query<object>(
        `SELECT relname AS name, relacl::text AS acl FROM pg_class
          WHERE relnamespace = to_regnamespace($1)
         UNION ALL SELECT datname, datacl::text FROM pg_database WHERE datname = $2
         UNION ALL SELECT nspname, nspacl::text FROM pg_namespace WHERE nspname = $1 ORDER BY 1, 2`,
        [schema, database],
      );
      return rows;
    };
    const before = await rights();
    expect(before.length).toBeGreaterThan(5);

    // PostgreSQL only warns that there was nothing to grant.
    await session.query(`GRANT ALL ON members TO PUBLIC`);
    await session.query(`GRANT SELECT ON members TO "${victims[1]?.place.loginRole}"`);
    await session.query(`GRANT CONNECT ON DATABASE "${database}" TO PUBLIC`);
    await session.query(`GRANT USAGE ON SCHEMA "${schema}" TO PUBLIC`);
    await expectRefused(session, `GRANT "${loginRole}" TO "${victims[1]?.place.loginRole}"`);

    expect(await rights()).toEqual(before);
  });

  it('can read, write, lock and count nothing of another tenant', async () => {
    for (const victim of victims) {
      const { schema } = victim.place;
      if (victim.place.database !== attacker.place.database) {
        await expectRefused(
          session,
          `SELECT * FROM "${victim.place.database}".public.members`,
          '0A000', // cross-database references are not implemented
        );
        continue;
      }
      for (const table of ['members', 'organization', 'sealed_responses', 'schema_history']) {
        const name = `"${schema}".${table}`;
        await expectRefused(session, `SELECT * FROM ${name}`);
        await expectRefused(session, `SELECT count(*) FROM ${name}`);
        await expectRefused(session, `DELETE FROM ${name}`);
        await expectRefused(session, `INSERT INTO ${name} DEFAULT VALUES`);
        await expectRefused(session, `TRUNCATE ${name}`);
        await expectRefused(session, `COPY ${name} TO STDOUT`);
        await expectRefused(session, `COMMENT ON TABLE ${name} IS 'mine'`);
        await expectRefused(session, `DROP TABLE ${name}`);
        for (const mode of ['ACCESS SHARE', 'ROW EXCLUSIVE', 'ACCESS EXCLUSIVE']) {
          await expectRefused(session, `BEGIN; LOCK TABLE ${name} IN ${mode} MODE`);
        }
      }
      await expectRefused(session, `CREATE TABLE "${schema}".mallory (a int)`);
      await expectRefused(session, `SELECT nextval('"${schema}".audit_events_id_seq')`);
      await expectRefused(session, `SELECT setval('"${schema}".audit_events_id_seq', 1)`);
      await expectRefused(session, `SELECT last_value FROM "${schema}".audit_events_id_seq`);
      await expectRefused(session, `COMMENT ON SCHEMA "${schema}" IS 'mine'`);
      await expectRefused(session, `ALTER TABLE members SET SCHEMA "${schema}"`);
      await expectRefused(session, `GRANT USAGE ON SCHEMA "${schema}" TO CURRENT_USER`);
      await expectRefused(
        session,
        `SELECT query_to_xml('SELECT * FROM "${schema}".members', true, true, '')`,
      );
      await session.query(`SET search_path = "${schema}"`);
      await expectRefused(session, `SELECT * FROM members`, '42P01');
      await session.query('RESET search_path');
      const stats = await session.query(`SELECT FROM pg_stats WHERE schemaname = $1`, [schema]);
      expect(stats.rowCount).toBe(0);
    }
  });

  it('goes on where it was after NUL bytes and SQL that makes no sense', async () => {
    const before = await session.query('SELECT count(*)::int AS n FROM members');
    for (const odd of [
      '',
      ';',
      ';;;',
      '--',
      '/* /* */',
      `'`,
      '"',
      '\\',
      '$$',
      '\u202e SELECT',
      '🌑',
    ]) {
      await session.query(odd).catch(() => undefined);
    }
    for (const value of [
      `'; DROP TABLE members; --`,
      '🌑',
      '\u202e',
      '\\',
      '%',
      'x'.repeat(100_000),
    ]) {
      const { rows } = await session.query('SELECT $1::text AS same', [value]);
      expect(rows).toEqual([{ same: value }]);
    }
    await expect(session.query('SELECT $1::text', ['a\0b'])).rejects.toMatchObject({
      code: '22021',
    });
    expect((await session.query('SELECT count(*)::int AS n FROM members')).rows).toEqual(
      before.rows,
    );
  });
});
