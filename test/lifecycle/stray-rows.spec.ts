import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Examine } from '../../src/control-plane/admin/examine.js';
import { StrayRows } from '../../src/control-plane/reconciler/stray-rows.js';
import { newId } from '../../src/kernel/ids.js';
import { OpenAccountDirectory, OpenSchedule } from '../support/catalog-ports.js';
import {
  type ControlPlane,
  openControlPlane,
  type Premises,
} from '../support/lifecycle-control-plane.js';
import { doctorOf } from '../support/lifecycle-doctor.js';
import { createPremises, removePremises } from '../support/lifecycle-premises.js';

let premises: Premises;
let plane: ControlPlane;
let directory: OpenAccountDirectory;
let schedule: OpenSchedule;
let doctor: Examine;

beforeAll(async () => {
  premises = await createPremises();
  plane = await openControlPlane(premises);
  directory = new OpenAccountDirectory(plane);
  schedule = new OpenSchedule(plane);
  doctor = doctorOf(plane);
}, 60_000);

afterAll(async () => {
  await plane?.close();
  await removePremises(premises);
}, 60_000);

beforeEach(async () => {
  for (const table of ['provider_accounts', 'sync_schedule']) {
    await plane.catalog.query(`DELETE FROM ${table}`);
  }
});

/** An integration as connecting and a first turn leave it in the catalog. */
async function integrate(tenantId: string): Promise<string> {
  const integrationId = newId('int');
  const holder = { tenantId, integrationId };
  await directory.add('stripe', integrationId, holder);
  await directory.add('stripe', `also ${integrationId}`, holder);
  await schedule.hasten({ ...holder, dueAt: new Date(), cause: 'connect' });
  await takeTurns();
  return integrationId;
}

/** What a worker does with everything that is due. */
async function takeTurns(): Promise<void> {
  const claim = { holder: 'worker', limit: 100, perTenant: 100, leaseMs: 60_000 };
  for (const { integrationId } of await schedule.claim(claim)) {
    const dueAt = new Date(Date.now() + 900_000);
    await schedule.settle(integrationId, 'worker', { dueAt, failures: 0 });
  }
}

/** A tenant that is gone, and rows of it that somebody put back. */
async function purgedWithRows(): Promise<string> {
  const { id } = await plane.open('schema');
  await plane.closures.execute(id, 'owner', 0);
  expect(await plane.purge.execute(id)).toBe('purged');
  await putRows(id, newId('int'));
  return id;
}

async function putRows(tenantId: string, integrationId: string): Promise<void> {
  await plane.catalog.query(
    `WITH account AS (
       INSERT INTO provider_accounts (account_hash, tenant_id, integration_id, probe_at)
       VALUES ('\\x01', $1, $2, now()), ('\\x02', $1, $2, now()))
     INSERT INTO sync_schedule (integration_id, tenant_id, due_at, cause)
     VALUES ($2, $1, now(), 'schedule')`,
    [tenantId, integrationId],
  );
}

async function rowsOf(tenantId: string): Promise<number> {
  const [row] = await plane.catalog.query<{ rows: number }>(
    `SELECT (SELECT count(*)::int FROM provider_accounts WHERE tenant_id = $1)
          + (SELECT count(*)::int FROM sync_schedule WHERE tenant_id = $1) AS rows`,
    [tenantId],
  );
  return row?.rows ?? -1;
}

const kindsOf = (tenantId: string) => [
  { kind: 'provider-accounts', name: tenantId },
  { kind: 'sync-schedule', name: tenantId },
];

describe('rows about integrations', () => {
  test('of tenants that are served, in whatever state, are no finding', async () => {
    const tenants = [await plane.open('schema'), await plane.open('database')];
    for (const { id } of tenants) await integrate(id);
    const found = await doctor.execute();
    expect(found).toMatchObject({ healthy: true, orphans: [], missing: [] });

    for (const status of ['suspended', 'closing', 'purging']) {
      await plane.catalog.query('UPDATE tenants SET status = $2 WHERE id = $1', [
        tenants[0]?.id,
        status,
      ]);
      expect(await new StrayRows(plane.catalog).find()).toEqual({ orphans: [], missing: [] });
    }
    await plane.catalog.query(`UPDATE tenants SET status = 'active' WHERE id = $1`, [
      tenants[0]?.id,
    ]);
  });

  test('of a purged tenant are told, once a table, and removed on request, with nothing else', async () => {
    const served = await plane.open('schema');
    await integrate(served.id);
    const purged = await purgedWithRows();

    const found = await doctor.execute();
    expect(found).toMatchObject({ healthy: false, orphans: kindsOf(purged), removed: [] });
    expect(await rowsOf(purged)).toBe(3);

    const fixed = await doctor.execute(true);
    expect(fixed).toMatchObject({ healthy: true, orphans: [], removed: kindsOf(purged) });
    expect([await rowsOf(purged), await rowsOf(served.id)]).toEqual([0, 3]);
  });

  test('of a tenant that the catalog does not know are told and removed as well', async () => {
    const unknown = newId('tnt');
    await withoutReferences(() => putRows(unknown, newId('int')));
    expect(await doctor.execute()).toMatchObject({ healthy: false, orphans: kindsOf(unknown) });
    expect(await doctor.execute(true)).toMatchObject({ healthy: true, orphans: [] });
    expect(await rowsOf(unknown)).toBe(0);
  });

  test('of a tenant that is served are not removed, whoever says that they are of nobody', async () => {
    const { id } = await plane.open('schema');
    await integrate(id);
    for (const kind of ['provider-accounts', 'sync-schedule'] as const) {
      await plane.remove.execute({ kind, name: id });
    }
    expect(await rowsOf(id)).toBe(3);
  });
});

describe('an integration on the schedule that no webhook finds', () => {
  test('is missing from the accounts, which only connecting it again can mend', async () => {
    const { id: tenantId } = await plane.open('schema');
    const integrationId = await integrate(tenantId);
    await integrate(tenantId);
    await directory.remove({ tenantId, integrationId });

    const missing = [{ kind: 'provider-account', name: integrationId, tenantId }];
    expect(await doctor.execute()).toMatchObject({ healthy: false, missing, orphans: [] });
    expect(await doctor.execute(true)).toMatchObject({ healthy: false, missing, removed: [] });

    await directory.add('stripe', 'again', { tenantId, integrationId });
    expect(await doctor.execute()).toMatchObject({ healthy: true, missing: [] });
  });

  test.each(['connect', 'request', 'webhook'] as const)(
    'is none where it is there by a late word alone: %s',
    async (cause) => {
      const { id: tenantId } = await plane.open('schema');
      const entry = { tenantId, integrationId: newId('int'), dueAt: new Date(), cause };
      await schedule.hasten(entry);
      expect(await doctor.execute()).toMatchObject({ healthy: true, missing: [] });
    },
  );

  test('is none while it is being ended', async () => {
    const { id: tenantId } = await plane.open('schema');
    const integrationId = await integrate(tenantId);
    await schedule.end({ tenantId, integrationId, holder: 'ender', leaseMs: 60_000 });
    await directory.remove({ tenantId, integrationId });
    expect(await doctor.execute()).toMatchObject({ healthy: true, missing: [] });
    const later = { dueAt: new Date(Date.now() + 60_000), failures: 1 };
    await schedule.settle(integrationId, 'ender', later);
    expect(await doctor.execute()).toMatchObject({ healthy: true, missing: [] });
  });
});

test('many tenants cost as many statements as none', async () => {
  const before = await statementsOf(() => plane.orphans.execute());
  await plane.catalog.query(
    `WITH made AS (
       INSERT INTO tenants (id, status, isolation, region)
       SELECT 'tnt_many' || lpad(n::text, 16, '0'), CASE WHEN n % 2 = 0 THEN 'active' ELSE 'purged' END, 'schema', 'test'
         FROM generate_series(1, 2000) n
       RETURNING id),
     accounts AS (
       INSERT INTO provider_accounts (account_hash, tenant_id, integration_id, probe_at)
       SELECT sha256(id::bytea), id, 'int_' || id, now() FROM made)
     INSERT INTO sync_schedule (integration_id, tenant_id, due_at, cause)
     SELECT 'int_' || id, id, now(), 'schedule' FROM made`,
  );
  const after = await statementsOf(() => plane.orphans.execute());
  expect(after.result.orphans.filter(({ name }) => name.startsWith('tnt_many'))).toHaveLength(2000);
  expect(after.result.missing).toEqual([]);
  expect(after.statements).toBe(before.statements);
});

/** How many statements of any kind the catalog is asked. */
async function statementsOf<T>(work: () => Promise<T>) {
  const { catalog } = plane;
  const real = catalog.query.bind(catalog);
  let statements = 0;
  catalog.query = ((...args: Parameters<typeof real>) => {
    // The feed's own heartbeat goes this way too, whenever it is time.
    if (!args[0].includes('pg_notify')) statements += 1;
    return real(...args);
  }) as typeof catalog.query;
  try {
    return { result: await work(), statements };
  } finally {
    catalog.query = real;
  }
}

/** As after a restore that left the tenants out. */
async function withoutReferences(work: () => Promise<void>): Promise<void> {
  const TABLES = ['provider_accounts', 'sync_schedule'];
  for (const table of TABLES) {
    await plane.catalog.query(`ALTER TABLE ${table} DROP CONSTRAINT ${table}_tenant_id_fkey`);
  }
  try {
    await work();
  } finally {
    for (const table of TABLES) {
      await plane.catalog.query(
        `ALTER TABLE ${table} ADD CONSTRAINT ${table}_tenant_id_fkey
           FOREIGN KEY (tenant_id) REFERENCES tenants (id) NOT VALID`,
      );
    }
  }
}
