import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantRecord } from '../../src/tenancy/tenant-record.js';
import { runSql } from '../support/temp-servers.js';
import { adminUrl, databaseUrl } from '../support/test-postgres.js';
import { keyringDir, type ControlPlane } from '../support/lifecycle-control-plane.js';
import {
  closeWithPremises,
  disagreements,
  openOnOwnPremises,
} from '../support/lifecycle-premises.js';

let plane: ControlPlane;
let tenant: TenantRecord;

beforeAll(async () => {
  plane = await openOnOwnPremises({ stock: { database: 1, schema: 1 } });
  await plane.stock.refill();
  tenant = await plane.open('database');
  await plane.open('schema');
  await plane.stock.refill();
});

afterAll(async () => {
  await closeWithPremises(plane);
});

function place() {
  if (tenant.placement === null) throw new Error('An account without a place.');
  return tenant.placement;
}

/** Disturbs with superuser's SQL, looks, and puts it right again. */
async function whileSo(database: string, disturb: string, repair: string): Promise<string[]> {
  const url = databaseUrl(adminUrl(), database);
  await runSql(url, disturb);
  const wrong = await disagreements(plane.premises);
  await runSql(url, repair);
  expect(await disagreements(plane.premises)).toEqual([]);
  return wrong;
}

/** The wrapped data key of the tenant, and the one of its neighbour. */
async function wrappedKeys(): Promise<{ wrapped: string; neighbour: string }> {
  const own = await runSql(
    databaseUrl(adminUrl(), place().database),
    'SELECT wrapped FROM data_keys',
  );
  const [schema] = await plane.catalog.query<{ name: string }>(
    `SELECT schema_name AS name FROM placements WHERE isolation = 'schema'`,
  );
  const other = await runSql(
    databaseUrl(adminUrl(), plane.premises.sharedDatabase),
    `SELECT wrapped FROM "${schema?.name}".data_keys`,
  );
  return { wrapped: String(own[0]?.wrapped), neighbour: String(other[0]?.wrapped) };
}

/** The checker of the other tests is worth nothing if it sees nothing. */
describe('the invariants', () => {
  it('hold for tenants and stock of both isolations', async () => {
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('tell of a role, a schema and a secret that are nobody’s', async () => {
    const { warden } = plane.tools.roles;
    expect(
      await whileSo(
        plane.premises.sharedDatabase,
        `CREATE ROLE nm_stray; GRANT nm_stray TO "${warden}"; CREATE SCHEMA nm_stray`,
        'DROP SCHEMA nm_stray; DROP ROLE nm_stray',
      ),
    ).toEqual([
      'role nm_stray belongs to nobody',
      `schema nm_stray in ${plane.premises.sharedDatabase} is nobody's`,
    ]);
    const stray = 'tnt_00000000000000000000';
    await plane.secrets.put({ tenantId: stray, name: 'x' }, { a: 'b' });
    expect(await disagreements(plane.premises)).toEqual([`secrets of ${stray} are nobody's`]);
    await plane.secrets.destroyTenant(stray);
  });

  it('tell of what a role has that is nobody’s, by numbers where there is no name', async () => {
    const { warden, shared } = plane.tools.roles;
    const { sharedDatabase } = plane.premises;
    expect(
      await whileSo(
        sharedDatabase,
        `CREATE ROLE nm_stray; GRANT nm_stray TO "${warden}"; GRANT nm_stray TO CURRENT_USER;
         ALTER DEFAULT PRIVILEGES FOR ROLE nm_stray GRANT SELECT ON TABLES TO PUBLIC;
         SELECT lo_create(4711); ALTER LARGE OBJECT 4711 OWNER TO nm_stray;
         SELECT lo_create(4712); ALTER LARGE OBJECT 4712 OWNER TO "${shared}"`,
        'SELECT lo_unlink(4712); DROP OWNED BY nm_stray; DROP ROLE nm_stray',
      ),
    ).toEqual([
      'role nm_stray belongs to nobody',
      `2 dependencies of role nm_stray in ${sharedDatabase} are nobody's`,
      `1 large objects in ${sharedDatabase} are nobody's`,
    ]);
    // As after a role was torn out by force.
    expect(
      await whileSo(
        sharedDatabase,
        `SELECT lo_create(4711); UPDATE pg_largeobject_metadata SET lomowner = 4294967000 WHERE oid = 4711`,
        `UPDATE pg_largeobject_metadata SET lomowner = 10 WHERE oid = 4711; SELECT lo_unlink(4711)`,
      ),
    ).toEqual([`1 large objects in ${sharedDatabase} are nobody's`]);
  });

  it('tell of a key that is nobody’s, and of one that is missing', async () => {
    const stray = 'tnt_00000000000000000000';
    await plane.keyStore.create(stray);
    expect(await disagreements(plane.premises)).toEqual([`key of ${stray} is nobody's`]);
    await plane.keyStore.destroy(stray);

    const folder = join(keyringDir(plane.premises), 'keys', tenant.id);
    const aside = join(plane.premises.dataDir, 'aside');
    await rename(folder, aside);
    const wrong = await disagreements(plane.premises);
    await rename(aside, folder);
    expect(wrong.slice(0, 2)).toEqual([
      `tenant ${tenant.id} has no key`,
      `tenant ${tenant.id}: its data key 1 does not unwrap`,
    ]);
    expect(wrong).toContain(
      `tenant ${tenant.id}: organization.name of ${tenant.id} is under no key that is there`,
    );
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('tell of a data key that does not unwrap, and of one that is another tenant’s', async () => {
    const { wrapped, neighbour } = await wrappedKeys();
    for (const other of [`${wrapped}x`, 'keyring:v1:AAAA', neighbour]) {
      const wrong = await whileSo(
        place().database,
        `UPDATE data_keys SET wrapped = '${other}'`,
        `UPDATE data_keys SET wrapped = '${wrapped}'`,
      );
      expect(wrong[0]).toBe(`tenant ${tenant.id}: its data key 1 does not unwrap`);
    }
  });

  it('tell of a data key that is gone', async () => {
    const database = place().database;
    expect(
      await whileSo(
        database,
        `SET session_replication_role = replica; CREATE SCHEMA aside; CREATE TABLE aside.kept AS SELECT * FROM data_keys;
         DELETE FROM data_keys`,
        'INSERT INTO data_keys SELECT * FROM aside.kept; DROP SCHEMA aside CASCADE',
      ),
    ).toContain(`tenant ${tenant.id}: it has no data key`);
  });

  it('tell of a sealed value that was changed, and of one that was moved', async () => {
    const database = place().database;
    const aside = 'CREATE SCHEMA aside; CREATE TABLE aside.kept AS SELECT name, email FROM members';
    const back =
      'UPDATE members SET name = a.name, email = a.email FROM aside.kept a; DROP SCHEMA aside CASCADE';
    for (const [change, columns] of [
      ['UPDATE members SET name = set_byte(name, 20, get_byte(name, 20) # 1)', ['name']],
      ['UPDATE members SET name = email, email = name', ['email', 'name']],
    ] as const) {
      const wrong = await whileSo(database, `${aside}; ${change}`, back);
      expect(wrong.filter((it) => it.includes('does not open')).toSorted()).toEqual(
        columns.map((column) =>
          expect.stringMatching(`members\\.${column} of mbr_.* does not open`),
        ),
      );
    }
  });

  it('tell of a login whose password does not open, and of changes that nobody ended', async () => {
    const update = `UPDATE placements SET login_sealed = %s WHERE tenant_id = '${tenant.id}'`;
    const flipped = 'set_byte(login_sealed, 30, get_byte(login_sealed, 30) # 1)';
    expect(
      await whileSo(
        plane.premises.catalogDatabase,
        update.replace('%s', flipped),
        update.replace('%s', flipped),
      ),
    ).toEqual([`tenant ${tenant.id}: its login does not open`]);
    expect(
      await whileSo(
        plane.premises.catalogDatabase,
        `INSERT INTO key_rotations (tenant_id, state) VALUES ('${tenant.id}', 'running')`,
        'DELETE FROM key_rotations',
      ),
    ).toEqual([`tenant ${tenant.id}: its keys are changing`]);
  });

  it.each([
    ['tenants in between', `status = 'purging'`, `status = 'active'`, 'unfinished state'],
    ['a lease', `lease_holder = 'x'`, 'lease_holder = NULL', 'is leased'],
    ['a closure that is not there', `status = 'closing'`, `status = 'active'`, 'has closures'],
  ])('tell of %s', async (_, disturb, repair, sentence) => {
    const update = `UPDATE tenants SET %s WHERE id = '${tenant.id}'`;
    const wrong = await whileSo(
      plane.premises.catalogDatabase,
      update.replace('%s', disturb),
      update.replace('%s', repair),
    );
    expect(wrong.join()).toContain(sentence);
  });

  it('tell of a database that lets strangers in, is half-dropped or has another owner', async () => {
    const { database, ownerRole } = place();
    const name = `"${database}"`;
    for (const [disturb, repair, sentence] of [
      [
        `GRANT CONNECT ON DATABASE ${name} TO PUBLIC`,
        `REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`,
        'lets in',
      ],
      [
        `UPDATE pg_database SET datconnlimit = -2 WHERE datname = '${database}'`,
        `UPDATE pg_database SET datconnlimit = -1 WHERE datname = '${database}'`,
        'half-dropped',
      ],
      [
        `ALTER DATABASE ${name} OWNER TO postgres`,
        `ALTER DATABASE ${name} OWNER TO "${ownerRole}"`,
        'database is missing',
      ],
    ] as const) {
      const wrong = await whileSo(plane.premises.catalogDatabase, disturb, repair);
      expect(wrong.join()).toContain(sentence);
    }
  });

  it('tell of a role that may too much', async () => {
    const role = `"${place().loginRole}"`;
    for (const [disturb, repair, sentence] of [
      [`ALTER ROLE ${role} CREATEDB`, `ALTER ROLE ${role} NOCREATEDB`, 'wrong attributes'],
      [
        `ALTER ROLE ${role} CONNECTION LIMIT -1`,
        `ALTER ROLE ${role} CONNECTION LIMIT 3`,
        'no connection limit',
      ],
      [
        `GRANT "${place().ownerRole}" TO ${role}`,
        `REVOKE "${place().ownerRole}" FROM ${role}`,
        'login role is in',
      ],
    ] as const) {
      const wrong = await whileSo(plane.premises.catalogDatabase, disturb, repair);
      expect(wrong.join()).toContain(sentence);
    }
  });
});
