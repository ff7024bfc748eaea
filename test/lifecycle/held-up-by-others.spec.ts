import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { ISOLATIONS, type Isolation } from '../../src/tenancy/tenant-record.js';
import type { Examine } from '../../src/control-plane/admin/examine.js';
import { doctorOf } from '../support/lifecycle-doctor.js';
import type { ControlPlane } from '../support/lifecycle-control-plane.js';
import { expectRefused, openInsider, type Insider } from '../support/lifecycle-hostile.js';
import {
  openOnCarelessServer,
  openOnSystemServer,
  SYSTEM_BINARIES,
  type OwnServer,
} from '../support/lifecycle-own-server.js';
import { disagreements } from '../support/lifecycle-premises.js';
import { runSql } from '../support/temp-servers.js';
import { databaseUrl } from '../support/test-postgres.js';

const SERVERS = [
  {
    name: 'the newest server, set as it comes',
    open: openOnCarelessServer,
    isolations: ISOLATIONS,
    run: describe,
  },
  {
    name: 'the oldest server, as installed',
    open: openOnSystemServer,
    isolations: ['schema'] as const,
    run: SYSTEM_BINARIES === null ? describe.skip : describe,
  },
];

for (const { name, open, isolations, run } of SERVERS) {
  run(`on ${name}, a tenant with SQL`, () => {
    let own: OwnServer;
    let plane: ControlPlane;
    let doctor: Examine;
    /** Since PostgreSQL 16 a member need not be able to act as the role. */
    let hasSetOption: boolean;
    const sessions: Client[] = [];

    beforeAll(async () => {
      // A rotation waits as long as a statement may take.
      own = await open({ connectionsPerTenant: 4, statementTimeoutMs: 2_000 });
      plane = own.plane;
      doctor = doctorOf(plane);
      const [version] = await runSql(own.adminUrl, 'SHOW server_version_num');
      hasSetOption = Number(version?.['server_version_num']) >= 160_000;
    });

    afterAll(async () => {
      for (const session of sessions) await session.end().catch(() => undefined);
      await own?.close();
    });

    async function insider(isolation: Isolation): Promise<Insider> {
      const opened = await openInsider(plane, isolation);
      sessions.push(opened.session);
      return opened;
    }

    /** One more session of the insider, in its own database or in another. */
    async function login({ place, password }: Insider, database = place.database): Promise<Client> {
      const session = await plane.server.connectAs({ database, user: place.loginRole, password });
      sessions.push(session);
      return session;
    }

    async function purge({ tenant }: Insider): Promise<void> {
      await plane.closures.execute(tenant.id, 'owner', 0);
      expect(await plane.purge.execute(tenant.id)).toBe('purged');
      expect(await disagreements(plane.premises)).toEqual([]);
    }

    /** Everything that a role may grant by itself to another, wherever it may be. */
    async function grantAll(attacker: Insider, victim: Insider): Promise<void> {
      const roles = `"${victim.place.loginRole}", "${victim.place.ownerRole}"`;
      for (const database of [attacker.place.database, 'postgres', 'template1']) {
        const session = await login(attacker, database);
        for (const kind of ['TABLES', 'SEQUENCES', 'FUNCTIONS', 'TYPES', 'SCHEMAS']) {
          await session.query(`ALTER DEFAULT PRIVILEGES GRANT ALL ON ${kind} TO ${roles}`);
        }
        const { rows } = await session.query<{ id: number }>(
          `SELECT lo_from_bytea(0, 'a letter') AS id`,
        );
        await session.query(`GRANT ALL ON LARGE OBJECT ${rows[0]?.id} TO ${roles}`);
        if (database === 'postgres') {
          // For as long as this session lasts.
          await session.query(`CREATE TEMPORARY TABLE letter (a int, b int)`);
          await session.query(`GRANT SELECT ON letter TO ${roles} WITH GRANT OPTION`);
          await session.query(`GRANT UPDATE (b) ON letter TO ${roles}`);
          await session.query(
            `CREATE FUNCTION pg_temp.letter() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
          );
          await session.query(`GRANT EXECUTE ON FUNCTION pg_temp.letter() TO ${roles}`);
          await session.query(`CREATE TYPE pg_temp.mood AS ENUM ('low')`);
          await session.query(`GRANT USAGE ON TYPE pg_temp.mood TO ${roles}`);
        } else await session.end();
      }
    }

    describe.each(isolations)('(isolation %s)', (isolation) => {
      it('holds up no purge by granting to the other’s roles', async () => {
        const [attacker, victim] = [await insider(isolation), await insider(isolation)];
        await grantAll(attacker, victim);
        await purge(victim);
        // What it did to itself is its own, until it goes too.
        const { rowCount } = await attacker.session.query('SELECT FROM pg_largeobject_metadata');
        expect(rowCount).toBe(1);
        await purge(attacker);
      });

      it('holds up no change of login by granting, committed or not', async () => {
        const [attacker, victim] = [await insider('database'), await insider(isolation)];
        await grantAll(attacker, victim);
        const sitter = await login(attacker);
        const ended = new Promise((resolve) => sitter.once('end', resolve));
        await sitter.query('SET idle_in_transaction_session_timeout = 0');
        await sitter.query(
          `BEGIN; ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM "${victim.place.loginRole}";
           SELECT lo_create(4711); GRANT SELECT ON LARGE OBJECT 4711 TO "${victim.place.loginRole}"`,
        );
        await plane.rotateLogin.execute(victim.tenant.id);
        await ended;
        expect(await plane.admin.roleExists(victim.place.loginRole)).toBe(false);
        expect(await disagreements(plane.premises)).toEqual([]);
      });

      it('holds up no purge by grants that it has prepared', async () => {
        const [attacker, victim] = [await insider('database'), await insider(isolation)];
        for (const [role, kind, word] of [
          [victim.place.loginRole, 'TABLES', 'one'],
          [victim.place.ownerRole, 'SEQUENCES', `it's "odd"\\ ${isolation}`],
        ] as const) {
          await attacker.session.query(
            `BEGIN; ALTER DEFAULT PRIVILEGES GRANT SELECT ON ${kind} TO "${role}"`,
          );
          await attacker.session.query(
            `PREPARE TRANSACTION ${attacker.session.escapeLiteral(`${isolation} ${word}`)}`,
          );
        }
        await purge(victim);
        expect(await runSql(own.adminUrl, 'SELECT FROM pg_prepared_xacts')).toHaveLength(0);
      });

      it('does not hold up the other by granting to it without end', async () => {
        const [attacker, victim] = [await insider('database'), await insider(isolation)];
        const purging = new AbortController();
        const siege = Promise.all(
          ['TABLES', 'SEQUENCES', 'FUNCTIONS', 'TYPES', 'SCHEMAS'].map(async (kind) => {
            while (!purging.signal.aborted) {
              try {
                const session = await login(attacker);
                while (!purging.signal.aborted) {
                  for (const way of ['GRANT ALL ON %s TO', 'REVOKE ALL ON %s FROM']) {
                    await session.query(
                      `ALTER DEFAULT PRIVILEGES ${way.replace('%s', kind)} "${victim.place.ownerRole}"`,
                    );
                  }
                }
              } catch {
                // Its session was ended, or the role is gone.
              }
            }
          }),
        );
        try {
          await purge(victim);
        } finally {
          purging.abort();
          await siege;
        }
      });

      it('does not hold up its own purge by what it holds, prepares and repeats', async () => {
        const culprit = await insider(isolation);
        const { session } = culprit;
        await session.query(`BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'mine-now'`);
        const prepared = await login(culprit);
        await prepared.query('BEGIN; LOCK TABLE members IN ROW EXCLUSIVE MODE');
        await prepared.query(`SELECT lo_create(0)`);
        await prepared.query(`PREPARE TRANSACTION 'locks ${isolation}'`);
        const elsewhere = await login(culprit, 'postgres');
        await elsewhere.query(`SELECT lo_from_bytea(0, 'left behind')`);
        await elsewhere.query('CREATE TEMPORARY TABLE mine (a int)');
        await elsewhere.query('SET statement_timeout = 0');
        void elsewhere.query('SELECT pg_sleep(3600)').catch(() => undefined);
        const other = await login(culprit, 'template1');
        await other.query(`SELECT lo_from_bytea(0, 'left behind')`);
        const purging = new AbortController();
        const knocking = (async () => {
          while (!purging.signal.aborted) await login(culprit).catch(() => undefined);
        })();
        try {
          await purge(culprit);
        } finally {
          purging.abort();
          await knocking;
        }
        for (const database of ['postgres', 'template1']) {
          const left = await runSql(
            databaseUrl(own.adminUrl, database),
            'SELECT FROM pg_largeobject_metadata o WHERE lomowner NOT IN (SELECT oid FROM pg_roles)',
          );
          expect(left).toHaveLength(0);
        }
      });

      it('does not hold up its own purge by a password that it has prepared', async () => {
        const culprit = await insider(isolation);
        await culprit.session.query(`BEGIN; ALTER ROLE CURRENT_USER SET work_mem = '1MB'`);
        await culprit.session.query(`ALTER ROLE CURRENT_USER PASSWORD 'mine-now'`);
        await culprit.session.query(`PREPARE TRANSACTION 'password ${isolation}'`);
        await purge(culprit);
      });
    });

    it('holds up no purge by rights that were handed on', async () => {
      const [owner, between, victim] = [
        await insider('schema'),
        await insider('schema'),
        await insider('schema'),
      ];
      const { rows } = await owner.session.query<{ id: number }>('SELECT lo_create(0) AS id');
      const letter = `LARGE OBJECT ${rows[0]?.id}`;
      await owner.session.query(
        `GRANT SELECT ON ${letter} TO "${between.place.loginRole}" WITH GRANT OPTION`,
      );
      await between.session.query(
        `GRANT SELECT ON ${letter} TO "${victim.place.loginRole}" WITH GRANT OPTION`,
      );
      await victim.session.query(`GRANT SELECT ON ${letter} TO "${owner.place.ownerRole}"`);
      await purge(victim);
      await purge(between);
      await purge(owner);
    });

    it('leaves nothing behind that it made as the role of all tenants with schemas', async () => {
      const [culprit, neighbour] = [await insider('schema'), await insider('schema')];
      const shared = `"${plane.tools.roles.shared}"`;
      if (hasSetOption) {
        await expectRefused(culprit.session, `SET ROLE ${shared}`);
      } else {
        await culprit.session.query(`SET ROLE ${shared}`);
        await culprit.session.query(`SELECT lo_from_bytea(0, 'for everybody')`);
        await culprit.session.query(
          `ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "${neighbour.place.loginRole}"`,
        );
        const { elsewhere, healthy } = await doctor.execute();
        expect(healthy).toBe(false);
        expect(elsewhere).toContainEqual(expect.objectContaining({ kind: 'large-object' }));
      }
      await purge(culprit);
      await purge(neighbour);
      const left = await runSql(
        databaseUrl(own.adminUrl, plane.premises.sharedDatabase),
        'SELECT FROM pg_largeobject_metadata',
      );
      expect(left).toHaveLength(0);
    });

    it('is told of by the doctor, with the statements that close what is open to it', async () => {
      const [attacker, victim] = [await insider('database'), await insider('schema')];
      await attacker.session.query(
        `ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "${victim.place.loginRole}"`,
      );
      await attacker.session.query('BEGIN; SELECT count(*) FROM members');
      await attacker.session.query(`PREPARE TRANSACTION 'for later'`);

      // Others of before are still there, with what they did.
      const mine = [victim.place.loginRole, attacker.place.loginRole];
      const seen = await doctor.execute();

      expect(seen.healthy).toBe(false);
      expect(seen.elsewhere.filter(({ role }) => mine.includes(role))).toEqual([
        {
          kind: 'elsewhere',
          role: victim.place.loginRole,
          database: attacker.place.database,
          count: 1,
          advice: `DROP OWNED BY ${victim.place.loginRole} CASCADE;`,
        },
        {
          kind: 'prepared-transaction',
          role: attacker.place.loginRole,
          database: attacker.place.database,
          count: 1,
          advice: `ROLLBACK PREPARED 'for later';`,
        },
      ]);
      const told = seen.serverAccess.map(({ what, name }) => `${what} ${name}`);
      expect(told).toEqual(
        expect.arrayContaining([
          'public-database postgres',
          'public-database template1',
          'prepared-transactions 20',
          `large-objects ${plane.premises.sharedDatabase}`,
        ]),
      );
      await purge(attacker);
      await purge(victim);
      const after = await doctor.execute();
      expect(after.elsewhere.filter(({ role }) => mine.includes(role))).toEqual([]);
    });

    it('is shut out when the administrator has run them', async () => {
      const culprit = await insider('schema');
      for (const { what, name, advice } of (await doctor.execute()).serverAccess) {
        // That one needs a restart.
        if (what === 'prepared-transactions') continue;
        const database = what === 'large-objects' ? name : 'postgres';
        await runSql(databaseUrl(own.adminUrl, database), advice.replace(/^\\c \S+ /, ''));
      }
      const { serverAccess } = await doctor.execute();
      expect(serverAccess.map(({ what }) => what)).toEqual(['prepared-transactions']);
      for (const database of ['postgres', 'template1']) {
        await expect(login(culprit, database)).rejects.toMatchObject({ code: '42501' });
      }
      await expectRefused(culprit.session, 'SELECT lo_create(0)');
      await purge(culprit);
    });

    it('keeps no place in stock from being discarded', async () => {
      const attacker = await insider('database');
      const planned = await plane.factory.make('database');
      const { loginRole, ownerRole } = planned.placement;
      await attacker.session.query(
        `ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "${loginRole}", "${ownerRole}"`,
      );
      await plane.factory.unmake(planned);
      expect(await plane.admin.roleExists(loginRole)).toBe(false);
      expect(await disagreements(plane.premises)).toEqual([]);
    });
  });
}
