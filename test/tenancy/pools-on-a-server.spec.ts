import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openPerson, sealPerson } from '../../src/data-plane/members/sealed-person.js';
import { TenantKeys } from '../../src/tenancy/keys/tenant-keys.js';
import { TenantPools } from '../../src/tenancy/pools/tenant-pools.js';
import { createTenantDataSource } from '../../src/tenancy/tenant-data-source.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { centralJob, tenantJob } from '../../src/tenancy/tenant-job.js';
import type { TenantRecord } from '../../src/tenancy/tenant-record.js';
import { TENANT_ENTITIES } from '../../tenants/entities/index.js';
import { MemberEntity } from '../../tenants/entities/member.entity.js';
import { OrganizationEntity } from '../../tenants/entities/organization.entity.js';
import {
  openControlPlane,
  TEST_ACTOR,
  type ControlPlane,
  type Premises,
} from '../support/lifecycle-control-plane.js';
import { createPremises, removePremises } from '../support/lifecycle-premises.js';
import { seeded } from '../support/seeded.js';

const CONNECTIONS = 8;

let premises: Premises;
let plane: ControlPlane;
/** Small on purpose: 20 tenants must take turns on it. */
let pools: TenantPools;
let database: TenantDatabase;
let keys: TenantKeys;
let dataSource: DataSource;
let tenants: TenantRecord[];
let opened = 0;
let mostOpened = 0;

beforeAll(async () => {
  premises = await createPremises();
  plane = await openControlPlane(premises);
  tenants = [];
  for (let at = 0; at < 20; at += 1) {
    tenants.push(await plane.open(at % 5 === 0 ? 'database' : 'schema'));
  }
  pools = new TenantPools(
    async (tenant) => {
      opened += 1;
      mostOpened = Math.max(mostOpened, opened);
      const client = await plane.connector.connect(tenant).catch((error: unknown) => {
        opened -= 1;
        throw error;
      });
      client.once('end', () => (opened -= 1));
      return client;
    },
    { connections: CONNECTIONS, connectionsPerTenant: 3, waitMs: 20_000, idleMs: 60_000 },
  );
  database = new TenantDatabase(plane.tenancy, pools);
  keys = new TenantKeys(plane.tenancy, database, plane.keyStore, plane.feed, {
    idleMs: 60_000,
    tenants: 100,
  });
  dataSource = await createTenantDataSource(plane.tenancy, pools, TENANT_ENTITIES, () =>
    plane.server.connect(premises.catalogDatabase),
  );
});

afterAll(async () => {
  keys?.close();
  await dataSource?.destroy();
  await pools?.close();
  expect(pools?.stats()).toMatchObject({ tenants: 0, idle: 0, leased: 0, waiting: 0 });
  expect(opened).toBe(0);
  await plane?.close();
  await removePremises(premises);
});

function tenantAt(at: number): TenantRecord {
  const tenant = tenants[at % tenants.length];
  if (tenant === undefined) throw new Error('No tenant was opened.');
  return tenant;
}

function inside<T>(tenant: TenantRecord, work: () => Promise<T>): Promise<T> {
  return plane.tenancy.run(tenant.id, TEST_ACTOR, work);
}

async function whoAmI(): Promise<unknown> {
  const rows = await database.query<{ tenant_id: string }>({
    name: 'who-am-i',
    text: 'SELECT tenant_id FROM organization',
  });
  return rows.map((row) => row.tenant_id);
}

describe('20 tenants on eight connections', () => {
  it('never see each other, through cancelled statements, failures and broken connections', async () => {
    const random = seeded(7);
    const faults: unknown[] = [];

    async function visit(tenant: TenantRecord): Promise<void> {
      const kind = random();
      await inside(tenant, async () => {
        if (kind < 0.1) {
          await expect(database.query({ text: 'SELECT 1 / 0' })).rejects.toMatchObject({
            code: '22012',
          });
        } else if (kind < 0.2) {
          await expect(
            database.transaction(async (tx) => {
              await tx.query({ text: `DELETE FROM organization` });
              throw new Error('changed my mind');
            }),
          ).rejects.toThrow('changed my mind');
        } else if (kind < 0.25) {
          await expect(
            database.query({ text: 'SELECT pg_terminate_backend(pg_backend_pid())' }),
          ).rejects.toMatchObject({ code: 'database_unavailable' });
        } else if (kind < 0.3) {
          const lease = await pools.acquire(tenant);
          await lease.client.query('BEGIN; DELETE FROM organization');
          lease.release();
        }
        const seen = await whoAmI();
        if (JSON.stringify(seen) !== JSON.stringify([tenant.id])) faults.push([tenant.id, seen]);
      });
    }

    await Promise.all(
      Array.from({ length: 40 }, async () => {
        for (let round = 0; round < 12; round += 1) {
          await visit(tenantAt(Math.floor(random() * tenants.length)));
        }
      }),
    );

    expect(faults).toEqual([]);
    expect(mostOpened).toBeLessThanOrEqual(CONNECTIONS);
    expect(pools.stats()).toMatchObject({ leased: 0, waiting: 0, connecting: 0 });
  });

  it('never see each other through the TypeORM repositories of the one DataSource', async () => {
    const organizations = dataSource.getRepository(OrganizationEntity);
    const members = dataSource.getRepository(MemberEntity);

    await Promise.all(
      Array.from({ length: 200 }, (_, at) =>
        inside(tenantAt(at), async () => {
          const id = `mbr_${at}`;
          await keys.ready('to-seal');
          const seen = await organizations.find();
          expect(seen.map((row) => row.tenantId)).toEqual([tenantAt(at).id]);
          await dataSource.transaction(async (tx) => {
            const person = { id, name: tenantAt(at).id, email: `${at}@x` };
            const sealed = await keys.seal((cipher) => sealPerson(cipher, person));
            const row = { id, ...sealed, role: 'analyst' as const, createdAt: new Date() };
            await tx.getRepository(MemberEntity).insert(row);
            expect((await tx.getRepository(OrganizationEntity).find())[0]?.tenantId).toBe(
              tenantAt(at).id,
            );
          });
          const row = await members.findOneByOrFail({ id });
          expect(await keys.open((cipher) => openPerson(cipher, row))).toEqual({
            name: tenantAt(at).id,
            email: `${at}@x`,
          });
        }),
      ),
    );

    for (const tenant of tenants) {
      const names = await inside(tenant, async () => {
        const rows = await members.findBy({ role: 'analyst' });
        return keys.open((cipher) => rows.map((row) => openPerson(cipher, row).name));
      });
      expect(names).toEqual(Array.from({ length: 10 }, () => tenant.id));
    }
    expect(pools.stats()).toMatchObject({ leased: 0, waiting: 0 });
  });

  it('roll a TypeORM transaction back and give its connection back', async () => {
    const failed = inside(tenantAt(0), () =>
      dataSource.transaction(async (tx) => {
        await tx.getRepository(MemberEntity).deleteAll();
        throw new Error('changed my mind');
      }),
    );
    await expect(failed).rejects.toThrow('changed my mind');
    expect(
      await inside(tenantAt(0), () => dataSource.getRepository(MemberEntity).count()),
    ).toBeGreaterThan(0);
    expect(pools.stats()).toMatchObject({ leased: 0, waiting: 0 });
  });
});

describe('without a tenant in context', () => {
  const refused = { code: 'no_tenant' };

  it('every call of the tenants’ database is refused', async () => {
    await expect(database.query({ text: 'SELECT 1' })).rejects.toMatchObject(refused);
    await expect(database.transaction(async () => 1)).rejects.toMatchObject(refused);
    await expect(
      plane.tenancy.central(() => database.query({ text: 'SELECT 1' })),
    ).rejects.toMatchObject(refused);
  });

  it('every call of the shared DataSource is refused', async () => {
    const members = dataSource.getRepository(MemberEntity);
    await expect(members.find()).rejects.toMatchObject(refused);
    await expect(members.insert({ id: 'x' })).rejects.toMatchObject(refused);
    await expect(dataSource.query('SELECT 1')).rejects.toMatchObject(refused);
    await expect(dataSource.transaction(async () => 1)).rejects.toMatchObject(refused);
    await expect(dataSource.createQueryRunner().connect()).rejects.toMatchObject(refused);
    await expect(plane.tenancy.central(() => members.count())).rejects.toMatchObject(refused);
  });

  it('a job is refused, whatever stands in the place of a tenant', async () => {
    const ran: unknown[] = [];
    const job = tenantJob(plane.tenancy, 'test.job', async (payload) => void ran.push(payload));
    for (const payload of [
      undefined,
      null,
      {},
      [],
      'tnt_00000000000000000000',
      { tenantId: '' },
      { tenantId: null },
      { tenantId: 1 },
      { tenantId: [tenantAt(0).id] },
      { tenantId: { toString: () => tenantAt(0).id } },
      { tenantId: `${tenantAt(0).id}\n` },
      { tenantId: `${tenantAt(0).id} OR 1=1` },
    ]) {
      await expect(job(payload)).rejects.toMatchObject({ code: 'job_without_tenant' });
    }
    await expect(job({ tenantId: 'tnt_00000000000000000000' })).rejects.toMatchObject({
      code: 'tenant_not_found',
    });
    expect(ran).toEqual([]);
  });
});

describe('a scope', () => {
  it('of a job is its tenant’s and ends with it', async () => {
    const seen: unknown[] = [];
    const job = tenantJob(plane.tenancy, 'test.job', async () => {
      seen.push(await whoAmI());
      expect(plane.tenancy.current().actor).toEqual({ kind: 'system', job: 'test.job' });
    });
    await Promise.all(tenants.map((tenant) => job({ tenantId: tenant.id })));
    expect(seen.flat().sort()).toEqual(tenants.map((tenant) => tenant.id).sort());
    expect(() => plane.tenancy.current()).toThrow('No tenant');
  });

  it('nested in another restores the outer one, also after a failure', async () => {
    const [outer, inner] = [tenantAt(1), tenantAt(2)];
    await inside(outer, async () => {
      expect(await inside(inner, whoAmI)).toEqual([inner.id]);
      expect(await whoAmI()).toEqual([outer.id]);
      await expect(inside(inner, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
      expect(await whoAmI()).toEqual([outer.id]);
      await expect(plane.tenancy.central(() => whoAmI())).rejects.toMatchObject({
        code: 'no_tenant',
      });
      expect(await whoAmI()).toEqual([outer.id]);
    });
    expect(() => plane.tenancy.current()).toThrow('No tenant');
  });

  it('does not leak into work that began elsewhere, and central work has none', async () => {
    const job = centralJob(plane.tenancy, async () => {
      expect(() => plane.tenancy.current()).toThrow('No tenant');
    });
    await inside(tenantAt(1), () => job(null));
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        inside(tenantAt(at), async () => {
          await new Promise((resolve) => setImmediate(resolve));
          const first = plane.tenancy.current().tenant.id;
          const seen = await Promise.all([whoAmI(), whoAmI()]);
          return [first, ...seen.flat()].every((id) => id === tenantAt(at).id);
        }),
      ),
    );
    expect(results).toEqual(results.map(() => true));
  });

  it('of a tenant that does not exist is refused', async () => {
    for (const id of ['tnt_00000000000000000000', '', 'tnt_', `${tenantAt(0).id}x`, '../catalog']) {
      await expect(plane.tenancy.run(id, TEST_ACTOR, whoAmI)).rejects.toMatchObject({
        code: 'tenant_not_found',
      });
    }
  });
});

describe('a placement that lies', () => {
  it('is never served: another’s database, schema or version is refused as the connection opens', async () => {
    const honest = tenantAt(1);
    const place = honest.placement;
    const other = tenantAt(2).placement;
    if (place === null || other === null) throw new Error('An account without a place.');
    const lies = [
      { ...place, schema: other.schema },
      { ...place, database: tenantAt(0).placement?.database ?? '' },
      { ...place, loginRole: other.loginRole },
    ];
    for (const placement of lies) {
      await expect(pools.acquire({ ...honest, placement })).rejects.toThrow();
    }
    expect(await inside(honest, whoAmI)).toEqual([honest.id]);
  });
});
