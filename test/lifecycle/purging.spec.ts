import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ISOLATIONS, type Isolation, type TenantRecord } from '../../src/tenancy/tenant-record.js';
import { runSql } from '../support/temp-servers.js';
import { adminUrl, databaseUrl } from '../support/test-postgres.js';
import { ORGANIZATION } from '../../tenants/sealed-columns.js';
import {
  openControlPlane,
  TEST_ACTOR,
  type ControlPlane,
} from '../support/lifecycle-control-plane.js';
import {
  closeWithPremises,
  disagreements,
  openOnOwnPremises,
} from '../support/lifecycle-premises.js';

let plane: ControlPlane;
/** Called after each step of a purge; a test may put something in the way. */
let afterStep: (step: string) => Promise<void> | void = () => undefined;

beforeAll(async () => {
  plane = await openOnOwnPremises({
    purgeStep: { after: (step) => afterStep(step) },
  });
});

afterAll(async () => {
  await closeWithPremises(plane);
});

async function statusOf(tenantId: string): Promise<string | undefined> {
  return (await plane.tenants.find(tenantId))?.status;
}

async function closed(isolation: Isolation, graceDays: number): Promise<TenantRecord> {
  const tenant = await plane.open(isolation);
  await plane.closures.execute(tenant.id, 'owner', graceDays);
  return tenant;
}

/** Runs a purge in which `meddle` happens once, right after the step. */
async function purgeWith(tenantId: string, step: string, meddle: () => Promise<void>) {
  afterStep = async (name) => {
    if (name !== step) return;
    afterStep = () => undefined;
    await meddle();
  };
  return plane.purge.execute(tenantId);
}

function openOrganization(process: ControlPlane, tenantId: string): Promise<string> {
  return process.tenancy.run(tenantId, TEST_ACTOR, async () => {
    const [row] = await process.database.query<{ name: Buffer }>({
      text: 'SELECT name FROM organization',
    });
    if (row === undefined) throw new Error('An account without its first row.');
    return process.keys.open((cipher) => cipher.openText(ORGANIZATION.name, tenantId, row.name));
  });
}

/** As the disk has them, whoever may still log in. */
function sealedCells({ placement }: TenantRecord): Promise<Record<string, unknown>[]> {
  return runSql(
    databaseUrl(adminUrl(), placement?.database ?? ''),
    `SELECT id, name, email FROM "${placement?.schema}".members`,
  );
}

describe.each(ISOLATIONS)('a purge (isolation %s)', (isolation) => {
  it('is not executed before its date, whoever asks', async () => {
    const { id } = await closed(isolation, 1);

    expect(await plane.purge.execute(id)).toBe('not-due');
    await plane.reconcile();

    expect(await statusOf(id)).toBe('closing');
    expect(await disagreements(plane.premises)).toEqual([]);
    await plane.cancel.execute(id);
    expect(await plane.purge.execute(id)).toBe('not-due');
    expect(await statusOf(id)).toBe('active');
  });

  it('ends although sessions of the tenant hold transactions, locks and statements', async () => {
    const tenant = await closed(isolation, 0);
    const sessions = await Promise.all([1, 2, 3].map(() => plane.connector.connect(tenant)));
    await sessions[0]?.query('BEGIN; SELECT * FROM members FOR UPDATE');
    await sessions[1]?.query('BEGIN; LOCK TABLE organization IN ROW EXCLUSIVE MODE');
    const running = sessions[2]?.query('SET statement_timeout = 0; SELECT pg_sleep(3600)');
    const cut = expect(running).rejects.toMatchObject({ code: '57P01' });

    expect(await plane.purge.execute(tenant.id)).toBe('purged');

    await cut;
    await expect(sessions[0]?.query('SELECT 1')).rejects.toThrow();
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('cuts a lease that this very process holds, and lets nobody in again', async () => {
    const tenant = await plane.open(isolation);
    const lease = await plane.pools.acquire(tenant);
    await lease.client.query('BEGIN; SELECT * FROM members FOR UPDATE');
    await plane.closures.execute(tenant.id, 'owner', 0);

    const purged = plane.purge.execute(tenant.id);
    await new Promise((resolve) => lease.client.once('end', resolve));
    lease.release(new Error('cut'));

    expect(await purged).toBe('purged');
    await expect(plane.connector.connect(tenant)).rejects.toThrow();
    await expect(plane.pools.acquire(tenant)).rejects.toThrow();
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('is not over while the search finds a secret, and is over after the next try', async () => {
    const { id } = await closed(isolation, 0);

    const failed = purgeWith(id, 'forget-directory', () =>
      plane.secrets.put({ tenantId: id, name: 'planted' }, { token: 'left behind' }),
    );

    await expect(failed).rejects.toMatchObject({
      code: 'purge_residue',
      fields: { findings: [{ where: 'secrets', found: 1 }] },
    });
    expect(await statusOf(id)).toBe('purging');
    await expect(
      plane.tenancy.run(id, TEST_ACTOR, () => plane.database.query({ text: 'SELECT 1' })),
    ).rejects.toThrow();
    await plane.reconcile();
    expect(await statusOf(id)).toBe('purged');
    expect(await plane.secrets.list(id)).toEqual([]);
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('finds a role and a slug that came back', async () => {
    const { id, placement } = await closed(isolation, 0);

    const failed = purgeWith(id, 'forget-directory', async () => {
      await plane.admin.run(`CREATE ROLE "${placement?.loginRole}" NOLOGIN`);
      await plane.catalog.query(`INSERT INTO slugs (slug_hash, tenant_id) VALUES ('\\x00', $1)`, [
        id,
      ]);
    });

    await expect(failed).rejects.toMatchObject({
      code: 'purge_residue',
      fields: {
        findings: [
          { where: 'server.roles', found: 1 },
          { where: 'catalog.slugs', found: 1 },
        ],
      },
    });
    await plane.reconcile();
    expect(await statusOf(id)).toBe('purged');
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('keeps nothing of the tenant in the catalog but a tombstone', async () => {
    const { id, placement } = await closed(isolation, 0);
    await plane.purge.execute(id);

    const traces: string[] = [];
    const tables = await plane.catalog.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    for (const { name } of tables) {
      const rows = await plane.catalog.query<{ row: string }>(
        `SELECT to_jsonb(t)::text AS row FROM "${name}" t`,
      );
      for (const { row } of rows) {
        if (row.includes(id)) traces.push(name);
        for (const secret of [placement?.loginRole, placement?.ownerRole]) {
          expect(row).not.toContain(secret);
        }
      }
    }
    expect([...new Set(traces)].toSorted()).toEqual(['closures', 'deadlines', 'tenants']);
  });

  it('goes on after an outage in its middle', async () => {
    const { id } = await closed(isolation, 0);

    await expect(
      purgeWith(id, 'drop-place', () => Promise.reject(new Error('power cut'))),
    ).rejects.toThrow('power cut');

    expect(await statusOf(id)).toBe('purging');
    await plane.reconcile();
    expect(await statusOf(id)).toBe('purged');
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('does not finish the work of another process that took it over', async () => {
    const { id } = await closed(isolation, 0);

    const outcome = await purgeWith(id, 'drop-roles', async () => {
      await plane.catalog.query(`UPDATE tenants SET lease_holder = 'another' WHERE id = $1`, [id]);
    });

    expect(outcome).toBe('busy');
    expect(await statusOf(id)).toBe('purging');
    await plane.expireLeases();
    await plane.reconcile();
    expect(await statusOf(id)).toBe('purged');
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('takes along what the tenant stored beside its tables', async () => {
    const tenant = await plane.open(isolation);
    const session = await plane.connector.connect(tenant);
    await session.query('ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC');
    await session.query(`ALTER ROLE CURRENT_USER SET work_mem = '1MB'`);
    await session.end();
    await plane.closures.execute(tenant.id, 'owner', 0);

    expect(await plane.purge.execute(tenant.id)).toBe('purged');

    expect(await disagreements(plane.premises)).toEqual([]);
    const left = await runSql(
      databaseUrl(adminUrl(), plane.premises.sharedDatabase),
      `SELECT FROM pg_largeobject_metadata
       UNION ALL SELECT FROM pg_default_acl WHERE defaclrole NOT IN (SELECT oid FROM pg_roles)`,
    );
    expect(left).toHaveLength(0);
  });

  it('leaves no lease on the tombstone when another process finished first', async () => {
    const { id } = await closed(isolation, 0);
    const other = await openControlPlane(plane.premises);

    const outcome = await purgeWith(id, 'end-sessions', async () => {
      await plane.expireLeases();
      expect(await other.purge.execute(id)).toBe('purged');
    });

    expect(outcome).toBe('busy');
    expect(await statusOf(id)).toBe('purged');
    expect(await disagreements(plane.premises)).toEqual([]);
    await other.close();
  });

  it('needs no key and no password of the tenant: what is lost does not stop it', async () => {
    const { id } = await closed(isolation, 0);
    await plane.keyStore.destroy(id);
    await plane.catalog.query(`UPDATE placements SET login_sealed = '\\x00' WHERE tenant_id = $1`, [
      id,
    ]);

    expect(await plane.purge.execute(id)).toBe('purged');
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('destroys the key before it drops anything, and only after everybody forgot it', async () => {
    const tenant = await plane.open(isolation);
    const sealed = await sealedCells(tenant);
    const other = await openControlPlane(plane.premises);
    for (const process of [plane, other]) await openOrganization(process, tenant.id);
    expect(other.keys.size).toBe(1);
    await plane.closures.execute(tenant.id, 'owner', 0);
    const seen: unknown[] = [];

    await expect(
      purgeWith(tenant.id, 'forget-keys', async () => {
        seen.push(other.keys.size, await plane.keyStore.find(tenant.id));
        throw new Error('power cut');
      }),
    ).rejects.toThrow('power cut');
    await expect(
      purgeWith(tenant.id, 'destroy-keys', async () => {
        seen.push(await plane.keyStore.find(tenant.id), await sealedCells(tenant));
        throw new Error('power cut');
      }),
    ).rejects.toThrow('power cut');

    expect(seen).toEqual([0, { newest: 1, oldest: 1 }, null, sealed]);
    await plane.reconcile();
    expect(await statusOf(tenant.id)).toBe('purged');
    expect(await disagreements(plane.premises)).toEqual([]);
    await other.close();
  });

  it('is not over while the search finds a key that came back', async () => {
    const { id } = await closed(isolation, 0);

    const failed = purgeWith(id, 'forget-directory', () => plane.keyStore.create(id));

    await expect(failed).rejects.toMatchObject({
      code: 'purge_residue',
      fields: { findings: [{ where: 'keys', found: 1 }] },
    });
    await plane.reconcile();
    expect(await statusOf(id)).toBe('purged');
    expect(await plane.keyStore.find(id)).toBeNull();
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('takes along rotations of keys and login that were cut off', async () => {
    const { id, placement } = await plane.open(isolation);
    await plane.rotations.request(id);
    const role = `nm_${'x'.repeat(9)}${isolation.slice(0, 6)}`;
    await plane.admin.run(
      `CREATE ROLE "${role}" LOGIN; GRANT "${role}" TO "${plane.tools.roles.warden}"`,
    );
    await plane.catalog.query(
      `INSERT INTO login_rotations (tenant_id, old_role, new_role, new_sealed)
       VALUES ($1, $2, $3, '\\x00')`,
      [id, placement?.loginRole, role],
    );
    await plane.closures.execute(id, 'owner', 0);

    expect(await plane.purge.execute(id)).toBe('purged');

    expect(await disagreements(plane.premises)).toEqual([]);
    await plane.expireLeases();
    await plane.reconcile();
  });
});

describe('a database that a crash left half-dropped', () => {
  it('of a tenant is gone after its purge', async () => {
    const { id, placement } = await closed('database', 0);
    await runSql(
      adminUrl(),
      `UPDATE pg_database SET datconnlimit = -2 WHERE datname = '${placement?.database}'`,
    );

    expect(await plane.purge.execute(id)).toBe('purged');
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('of nobody is dropped by the sweep, which leaves a whole one of nobody alone', async () => {
    const half = await orphanedDatabase();
    const whole = await orphanedDatabase();
    await runSql(adminUrl(), `UPDATE pg_database SET datconnlimit = -2 WHERE datname = '${half}'`);

    await plane.reconcile();

    expect(await plane.admin.databaseExists(half)).toBe(false);
    expect(await plane.admin.databaseExists(whole)).toBe(true);
    const { orphans } = await plane.orphans.execute();
    expect(orphans).toContainEqual({ kind: 'database', name: whole });
  });
});

/** What a catalog restored from an old backup looks like: a place whose row is gone. */
async function orphanedDatabase(): Promise<string> {
  const { tenantId, placement } = await plane.factory.make('database');
  await plane.catalog.query('DELETE FROM ready_placements WHERE tenant_id = $1', [tenantId]);
  await plane.pools.drain(tenantId, 0);
  return placement.database;
}
