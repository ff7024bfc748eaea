import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantRecord } from '../../src/tenancy/tenant-record.js';
import { LOGIN_SECRET } from '../../src/tenancy/tenant-connector.js';
import { runSql } from '../support/temp-servers.js';
import { adminUrl, databaseUrl } from '../support/test-postgres.js';
import {
  openControlPlane,
  type ControlPlane,
  type Premises,
} from '../support/lifecycle-control-plane.js';
import { createPremises, disagreements, removePremises } from '../support/lifecycle-premises.js';

let premises: Premises;
let plane: ControlPlane;
let tenant: TenantRecord;

beforeAll(async () => {
  premises = await createPremises();
  plane = await openControlPlane(premises, { stock: { database: 1, schema: 1 } });
  await plane.stock.refill();
  tenant = await plane.open('database');
  await plane.open('schema');
  await plane.stock.refill();
}, 60_000);

afterAll(async () => {
  await plane?.close();
  await removePremises(premises);
}, 60_000);

function place() {
  if (tenant.placement === null) throw new Error('An account without a place.');
  return tenant.placement;
}

/** Disturbs with superuser's SQL, looks, and puts it right again. */
async function whileSo(database: string, disturb: string, repair: string): Promise<string[]> {
  const url = databaseUrl(adminUrl(), database);
  await runSql(url, disturb);
  const wrong = await disagreements(premises);
  await runSql(url, repair);
  expect(await disagreements(premises)).toEqual([]);
  return wrong;
}

/** The checker of the other tests is worth nothing if it sees nothing. */
describe('the invariants', () => {
  it('hold for tenants and stock of both isolations', async () => {
    expect(await disagreements(premises)).toEqual([]);
  });

  it('tell of a role, a schema and a secret that are nobody’s', async () => {
    const { warden } = plane.tools.roles;
    expect(
      await whileSo(
        premises.sharedDatabase,
        `CREATE ROLE nm_stray; GRANT nm_stray TO "${warden}"; CREATE SCHEMA nm_stray`,
        'DROP SCHEMA nm_stray; DROP ROLE nm_stray',
      ),
    ).toEqual([
      'role nm_stray belongs to nobody',
      `schema nm_stray in ${premises.sharedDatabase} is nobody's`,
    ]);
    const stray = 'tnt_00000000000000000000';
    await plane.secrets.put({ tenantId: stray, name: 'x' }, { a: 'b' });
    expect(await disagreements(premises)).toEqual([`secrets of ${stray} are nobody's`]);
    await plane.secrets.destroyTenant(stray);
  });

  it('tell of a secret that is missing', async () => {
    const path = { tenantId: tenant.id, name: LOGIN_SECRET };
    const secret = await plane.secrets.get(path);
    await plane.secrets.destroy(path);
    expect(await disagreements(premises)).toEqual([
      `tenant ${tenant.id} has no password in the store`,
    ]);
    await plane.secrets.put(path, secret ?? {});
  });

  it.each([
    ['tenants in between', `status = 'purging'`, `status = 'active'`, 'unfinished state'],
    ['a lease', `lease_holder = 'x'`, 'lease_holder = NULL', 'is leased'],
    ['a closure that is not there', `status = 'closing'`, `status = 'active'`, 'has closures'],
  ])('tell of %s', async (_, disturb, repair, sentence) => {
    const update = `UPDATE tenants SET %s WHERE id = '${tenant.id}'`;
    const wrong = await whileSo(
      premises.catalogDatabase,
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
      const wrong = await whileSo(premises.catalogDatabase, disturb, repair);
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
      const wrong = await whileSo(premises.catalogDatabase, disturb, repair);
      expect(wrong.join()).toContain(sentence);
    }
  });
});
