import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migratePlace } from '../../src/control-plane/reconciler/migrate-place.js';
import { ISOLATIONS, type TenantRecord } from '../../src/tenancy/tenant-record.js';
import { TenantConnector } from '../../src/tenancy/tenant-connector.js';
import { TENANT_SCHEMA_VERSION } from '../../tenants/migrations/index.js';
import { TEST_ACTOR, type ControlPlane } from '../support/lifecycle-control-plane.js';
import { rebuildAtVersion } from '../support/lifecycle-older-schema.js';
import {
  closeWithPremises,
  disagreements,
  openOnOwnPremises,
} from '../support/lifecycle-premises.js';

const OLDER = TENANT_SCHEMA_VERSION - 1;

let plane: ControlPlane;

beforeAll(async () => {
  plane = await openOnOwnPremises();
});

afterAll(async () => {
  await closeWithPremises(plane);
});

/** A tenant as an older program left it. */
async function openOlder(isolation: TenantRecord['isolation']): Promise<TenantRecord> {
  const tenant = await plane.open(isolation);
  await plane.pools.drain(tenant.id, 0);
  await rebuildAtVersion(tenant, OLDER);
  await plane.catalog.query('UPDATE placements SET schema_version = $2 WHERE tenant_id = $1', [
    tenant.id,
    OLDER,
  ]);
  return tenant;
}

/** What its owner is asked for first; fails as a request would. */
function serve({ id }: TenantRecord): Promise<string> {
  return plane.tenancy.run(id, TEST_ACTOR, async () => {
    const [row] = await plane.database.query<{ tenant_id: string }>({
      text: 'SELECT tenant_id FROM organization',
    });
    return row?.tenant_id ?? 'nobody';
  });
}

async function versionsOf({ id, placement }: TenantRecord) {
  const [row] = await plane.catalog.query<{ at: number }>(
    'SELECT schema_version AS at FROM placements WHERE tenant_id = $1',
    [id],
  );
  const own = await plane.admin.inDatabase(String(placement?.database), async (client) => {
    await client.query(`SET ROLE ${plane.tools.roles.warden}; SET ROLE ${placement?.ownerRole}`);
    const { rows } = await client.query<{ at: number }>(
      `SELECT max(version) AS at FROM ${placement?.schema}.schema_history`,
    );
    return rows[0]?.at;
  });
  return { catalog: row?.at, own };
}

const NEWEST = { catalog: TENANT_SCHEMA_VERSION, own: TENANT_SCHEMA_VERSION };

describe.each(ISOLATIONS)('a tenant at an older version (isolation %s)', (isolation) => {
  it('is not served, told to come again, and served after one sweep', async () => {
    const tenant = await openOlder(isolation);
    await expect(serve(tenant)).rejects.toMatchObject({ code: 'tenant_schema_outdated' });
    await plane.sweep.execute();
    expect(await serve(tenant)).toBe(tenant.id);
    expect(await versionsOf(tenant)).toEqual(NEWEST);
    expect(await plane.catalog.query('SELECT FROM schema_upgrades')).toEqual([]);
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('is written in the catalog after a crash that came before', async () => {
    const tenant = await openOlder(isolation);
    const placement = tenant.placement;
    if (placement === null) throw new Error('no place');
    await plane.catalog.query(
      `INSERT INTO schema_upgrades (tenant_id, lease_until) VALUES ($1, now() + interval '1 hour')`,
      [tenant.id],
    );
    await migratePlace(plane.admin, { tenantId: tenant.id, placement }, [placement.loginRole]);
    // The process is dead. It is served, and left to the lease of the dead one until that is over.
    expect(await serve(tenant)).toBe(tenant.id);
    await plane.sweep.execute();
    expect(await versionsOf(tenant)).toEqual({ ...NEWEST, catalog: OLDER });
    await plane.expireLeases();
    await plane.sweep.execute();
    expect(await versionsOf(tenant)).toEqual(NEWEST);
  });

  it('is upgraded once by two sweeps at once', async () => {
    const tenants = [await openOlder(isolation), await openOlder(isolation)];
    await Promise.all([plane.sweep.execute(), plane.sweep.execute()]);
    for (const tenant of tenants) expect(await versionsOf(tenant)).toEqual(NEWEST);
  });

  it('delays itself alone where a session of it sits on a lock, and not for ever', async () => {
    const hostile = await openOlder(isolation);
    const other = await openOlder(isolation);
    const place = hostile.placement;
    if (place === null) throw new Error('no place');
    const session = await plane.server.connectAs({
      database: place.database,
      user: place.loginRole,
      password: plane.logins.open(hostile.id, place.loginRole, place.loginSealed),
    });
    await session.query('SET idle_in_transaction_session_timeout = 0');
    await session.query('BEGIN; LOCK TABLE metric_blocks IN ACCESS SHARE MODE');
    await plane.sweep.execute();
    expect(await serve(other)).toBe(other.id);
    expect(await versionsOf(hostile)).toEqual(NEWEST);
    await expect(session.query('SELECT 1')).rejects.toThrow();
    await session.end().catch(() => undefined);
  });
});

describe('a program that is older than the schema', () => {
  it('goes on where all that is newer is safe for it, and stops where something is not', async () => {
    const tenant = await plane.open('database');
    const older = new TenantConnector(plane.server, plane.logins, OLDER, (id) =>
      plane.tenants.find(id),
    );
    await (await older.connect(tenant)).end();
    await plane.admin.inDatabase(String(tenant.placement?.database), (client) =>
      client.query(`SET ROLE ${plane.tools.roles.warden}; SET ROLE ${tenant.placement?.ownerRole};
        UPDATE schema_history SET kind = 'breaking' WHERE version = ${TENANT_SCHEMA_VERSION}`),
    );
    await expect(older.connect(tenant)).rejects.toMatchObject({ code: 'tenant_schema_outdated' });
    await (await plane.connector.connect(tenant)).end();
  });
});

describe('an upgrade that fails', () => {
  it('is told by name, tried again later each time, and holds up nobody else', async () => {
    const broken = await openOlder('schema');
    const other = await openOlder('schema');
    const { schema, database } = broken.placement ?? {};
    const asOwner = (sql: string): Promise<unknown> =>
      plane.admin.inDatabase(String(database), (client) =>
        client.query(`SET ROLE ${plane.tools.roles.warden}; SET ROLE ${broken.placement?.ownerRole};
          SET search_path = ${schema}; ${sql}`),
      );
    await asOwner('ALTER TABLE metric_blocks RENAME TO elsewhere');
    await plane.sweep.execute();
    expect(await serve(other)).toBe(other.id);
    const failed = await plane.catalog.query<{ failures: number; problem: string; later: boolean }>(
      `SELECT tenant_id, failures, problem, retry_at > now() AS later FROM schema_upgrades`,
    );
    expect(failed).toEqual([{ tenant_id: broken.id, failures: 1, problem: '42P01', later: true }]);
    await plane.sweep.execute();
    await asOwner('ALTER TABLE elsewhere RENAME TO metric_blocks');
    await plane.expireLeases();
    await plane.sweep.execute();
    expect(await versionsOf(broken)).toEqual(NEWEST);
  });
});
