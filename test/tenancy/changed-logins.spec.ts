import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { ISOLATIONS, type TenantRecord } from '../../src/tenancy/tenant-record.js';
import {
  type ControlPlane,
  openControlPlane,
  TEST_ACTOR,
} from '../support/lifecycle-control-plane.js';
import { openInsider, type Insider } from '../support/lifecycle-hostile.js';
import { closeWithPremises, openOnOwnPremises } from '../support/lifecycle-premises.js';

let plane: ControlPlane;

beforeAll(async () => {
  plane = await openOnOwnPremises();
});

afterAll(() => closeWithPremises(plane));

/** What a request does: one statement of the product's own. */
const ask = (tenant: TenantRecord, on = plane) =>
  on.tenancy.run(tenant.id, TEST_ACTOR, () =>
    on.database.query<{ n: number }>({
      text: 'SELECT count(*)::int AS n FROM members',
      values: [],
    }),
  );

/** So that the next request needs a new connection. */
const evict = (tenant: TenantRecord, on = plane) => on.pools.drain(tenant.id, 0);

const settingsOf = ({ place }: Insider) =>
  plane.admin.rows(
    `SELECT coalesce(d.datname, '') AS of, s.setconfig AS config FROM pg_db_role_setting s
       JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase
      WHERE r.rolname = $1`,
    [place.loginRole],
  );

/** Whether the role's password is the one that is kept. */
const opens = async ({ place, password }: Insider): Promise<boolean> => {
  const login = { database: place.database, user: place.loginRole, password };
  const client = await plane.server.connectAs(login).catch(() => null);
  await client?.end();
  return client !== null;
};

describe.each(ISOLATIONS)('a login role that changes itself (isolation %s)', (isolation) => {
  let mallory: Insider;
  let session: Client;
  let before: object[];

  beforeEach(async () => {
    mallory = await openInsider(plane, isolation);
    ({ session } = mallory);
    before = await settingsOf(mallory);
    await evict(mallory.tenant);
  });

  afterEach(() => session.end());

  it.each([
    ["ALTER ROLE CURRENT_USER PASSWORD 'mine now'"],
    ['ALTER ROLE CURRENT_USER PASSWORD NULL'],
    ['ALTER ROLE CURRENT_USER RESET ALL'],
    ["ALTER ROLE CURRENT_USER SET search_path = ''"],
    ['ALTER ROLE CURRENT_USER SET search_path = pg_catalog, information_schema'],
    ["ALTER ROLE CURRENT_USER IN DATABASE {database} SET search_path = 'nowhere'"],
    ['ALTER ROLE CURRENT_USER SET statement_timeout = 1'],
    ['ALTER ROLE CURRENT_USER SET statement_timeout = 0'],
    ['ALTER ROLE CURRENT_USER SET default_transaction_read_only = on'],
    ["ALTER ROLE CURRENT_USER SET default_transaction_isolation = 'serializable'"],
    ["ALTER ROLE CURRENT_USER SET datestyle = 'SQL, DMY'"],
    ["ALTER ROLE CURRENT_USER SET bytea_output = 'escape'"],
    ["ALTER ROLE CURRENT_USER SET timezone = 'Pacific/Kiritimati'"],
    ['ALTER ROLE CURRENT_USER SET row_security = off'],
    ["ALTER ROLE CURRENT_USER SET local_preload_libraries = 'nothing-of-the-kind'"],
    ["ALTER ROLE CURRENT_USER PASSWORD 'x'; ALTER ROLE CURRENT_USER RESET ALL"],
  ])('by %s is as it was at the next request', async (template) => {
    await session.query(template.replace('{database}', `"${mallory.place.database}"`));
    expect(await ask(mallory.tenant)).toEqual([{ n: 1 }]);
    expect(await settingsOf(mallory)).toEqual(before);
    expect(await opens(mallory)).toBe(true);
  });
});

describe('putting a changed login right', () => {
  it('takes away another role that it would act as, which PostgreSQL has not let it become', async () => {
    const mallory = await openInsider(plane, 'schema');
    const before = await settingsOf(mallory);
    await mallory.session.query(`ALTER ROLE CURRENT_USER SET role = '${plane.tools.roles.shared}'`);
    await evict(mallory.tenant);
    expect(await ask(mallory.tenant)).toEqual([{ n: 1 }]);
    expect(await plane.restoreLogin.sweep()).toBe(1);
    expect(await settingsOf(mallory)).toEqual(before);
    await mallory.session.end();
  });

  it('is done by the sweep too, before anybody asks, and once', async () => {
    const changed = await openInsider(plane, 'schema');
    const untouched = await openInsider(plane, 'database');
    const before = await settingsOf(changed);
    await changed.session.query(`ALTER ROLE CURRENT_USER SET search_path = pg_catalog;
      ALTER ROLE CURRENT_USER IN DATABASE postgres SET work_mem = '1MB';
      ALTER ROLE CURRENT_USER IN DATABASE template1 SET search_path = '${'x'.repeat(100_000)}'`);
    expect(await plane.restoreLogin.sweep()).toBe(1);
    expect(await settingsOf(changed)).toEqual(before);
    expect(await plane.restoreLogin.sweep()).toBe(0);
    for (const { session } of [changed, untouched]) await session.end();
  });

  it('by two processes and the tenant itself at once comes to an end', async () => {
    const mallory = await openInsider(plane, 'database');
    const other = await openControlPlane(plane.premises);
    try {
      for (let round = 0; round < 3; round += 1) {
        await Promise.all([evict(mallory.tenant), evict(mallory.tenant, other)]);
        await mallory.session.query("ALTER ROLE CURRENT_USER PASSWORD 'mine'");
        await Promise.all([
          ask(mallory.tenant),
          ask(mallory.tenant, other),
          plane.restoreLogin.restore(mallory.tenant.id),
          mallory.session.query('ALTER ROLE CURRENT_USER SET search_path = public').catch(() => 0),
        ]).catch((error: unknown) => {
          // Changed again between the two: the next one puts it right.
          expect(error).toMatchObject({ code: expect.stringMatching(/login_changed|28P01/) });
        });
        await plane.restoreLogin.restore(mallory.tenant.id);
        expect(await opens(mallory)).toBe(true);
      }
    } finally {
      await mallory.session.end();
      await other.close();
    }
  });

  it('is not done for ever: what changes again and again is refused, and nobody else suffers', async () => {
    const mallory = await openInsider(plane, 'schema');
    const victim = await openInsider(plane, 'schema');
    const outcomes: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      await evict(mallory.tenant);
      await mallory.session.query('ALTER ROLE CURRENT_USER SET search_path = information_schema');
      outcomes.push(
        await ask(mallory.tenant).then(
          () => 'served',
          (error: { code: string }) => error.code,
        ),
      );
    }
    expect(outcomes.slice(0, 3)).toEqual(['served', 'served', 'served']);
    // As PostgreSQL says it: the table that was asked for is not on that path.
    expect(outcomes.at(-1)).toMatch(/^(login_changed|42P01)$/);
    await evict(victim.tenant);
    expect(await ask(victim.tenant)).toEqual([{ n: 1 }]);
    await plane.restoreLogin.sweep();
    await evict(mallory.tenant);
    expect(await ask(mallory.tenant)).toEqual([{ n: 1 }]);
    for (const { session } of [mallory, victim]) await session.end();
  });

  it('follows the configuration of the installation', async () => {
    const { tenant, session } = await openInsider(plane, 'database');
    const stricter = await openControlPlane(plane.premises, { statementTimeoutMs: 7_000 });
    try {
      await stricter.tenancy.run(tenant.id, TEST_ACTOR, async () => {
        const [row] = await stricter.database.query({ text: 'SHOW statement_timeout', values: [] });
        expect(row).toEqual({ statement_timeout: '7s' });
      });
      // One with the old configuration goes on being served, whoever was last.
      for (let round = 0; round < 8; round += 1) {
        const on = round % 2 === 0 ? plane : stricter;
        await evict(tenant, on);
        expect(await ask(tenant, on)).toEqual([{ n: 1 }]);
      }
    } finally {
      await session.end();
      await stricter.close();
    }
  });

  it('is left alone where the account is on its way out', async () => {
    const { tenant, session } = await openInsider(plane, 'schema');
    await plane.catalog.query(`UPDATE tenants SET status = 'purging' WHERE id = $1`, [tenant.id]);
    expect(await plane.restoreLogin.restore(tenant.id)).toBe(false);
    await session.query('ALTER ROLE CURRENT_USER RESET ALL');
    expect(await plane.restoreLogin.sweep()).toBe(0);
    await plane.catalog.query(`UPDATE tenants SET status = 'active' WHERE id = $1`, [tenant.id]);
    await session.end();
  });
});
