import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/kernel/ids.js';
import { OpenAccountDirectory, OpenSchedule } from '../support/catalog-ports.js';
import type { ControlPlane } from '../support/lifecycle-control-plane.js';
import { closeWithPremises, openOnOwnPremises } from '../support/lifecycle-premises.js';

let plane: ControlPlane;
let directory: OpenAccountDirectory;
let schedule: OpenSchedule;
let afterStep: (step: string) => Promise<void> | void = () => undefined;

beforeAll(async () => {
  plane = await openOnOwnPremises({ purgeStep: { after: (step) => afterStep(step) } });
  directory = new OpenAccountDirectory(plane);
  schedule = new OpenSchedule(plane);
});

afterAll(async () => {
  await closeWithPremises(plane);
});

const holderOf = (tenantId: string) => ({ tenantId, integrationId: newId('int') });

describe('an account at a provider', () => {
  test('leads to every integration that reads it, by each of its names, and the catalog names nobody', async () => {
    const [a, b] = [await plane.open('schema'), await plane.open('schema')];
    const [ofA, ofB] = [holderOf(a.id), holderOf(b.id)];
    const account = 'blue.myshopify.example';
    for (const holder of [ofA, ofB, ofA]) await directory.add('shopify', account, holder);
    await directory.add('shopify', 'sub:1234567', ofA);

    expect(await directory.find('shopify', account)).toEqual([ofA, ofB]);
    expect(await directory.find('shopify', 'sub:1234567')).toEqual([ofA]);
    expect(await directory.find('stripe', account)).toEqual([]);

    const rows = await plane.catalog.query<{ row: string }>(
      'SELECT row_to_json(p)::text AS row FROM provider_accounts p',
    );
    expect(rows.map(({ row }) => row).join()).not.toMatch(/shopify|1234567/);

    await directory.remove(ofA);
    expect(await directory.find('shopify', account)).toEqual([ofB]);
    expect(await directory.find('shopify', 'sub:1234567')).toEqual([]);
  });

  test('is listed for a tenant alone, whose id another may have too', async () => {
    const [a, b] = [await plane.open('schema'), await plane.open('schema')];
    const ofA = holderOf(a.id);
    const ofB = { ...ofA, tenantId: b.id };
    for (const holder of [ofA, ofB]) await directory.add('xero', 'one account', holder);
    expect(await directory.find('xero', 'one account')).toEqual([ofA, ofB]);

    const dueOf = (holder: object) =>
      plane.catalog.query('SELECT probe_at FROM provider_accounts WHERE tenant_id = $1', [
        (holder as typeof ofA).tenantId,
      ]);
    await plane.catalog.query(
      'UPDATE provider_accounts SET probe_at = now() WHERE tenant_id = $1',
      [b.id],
    );
    const before = await dueOf(ofA);
    expect(await directory.dueForProbe(10)).toEqual([ofB]);
    expect(await dueOf(ofA)).toEqual(before);

    await directory.remove(ofB);
    expect(await directory.find('xero', 'one account')).toEqual([ofA]);
  });

  test('is looked at once a day by one of many processes', async () => {
    const tenant = await plane.open('schema');
    const holders = Array.from({ length: 20 }, () => holderOf(tenant.id));
    for (const holder of holders) await directory.add('stripe', holder.integrationId, holder);
    await plane.catalog.query(
      `UPDATE provider_accounts SET probe_at = now() - interval '1 minute' WHERE tenant_id = $1`,
      [tenant.id],
    );
    const taken = await Promise.all(Array.from({ length: 8 }, () => directory.dueForProbe(5)));
    const ids = taken.flat().map(({ integrationId }) => integrationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(5);
    ids.push(...(await directory.dueForProbe(100)).map(({ integrationId }) => integrationId));
    expect(ids.toSorted()).toEqual(holders.map(({ integrationId }) => integrationId).toSorted());
  });
});

describe('an event', () => {
  test('is unseen until it was noted, for its provider alone', async () => {
    expect(await directory.directory.unseen('stripe', ['e1', 'e2', 'e1'])).toEqual(
      new Set(['e1', 'e2']),
    );
    await Promise.all([
      directory.directory.note('stripe', ['e1', 'e3', 'e1']),
      directory.directory.note('stripe', ['e3', 'e1']),
    ]);
    expect(await directory.directory.unseen('stripe', ['e1', 'e2', 'e3'])).toEqual(new Set(['e2']));
    expect(await directory.directory.unseen('shopify', ['e1'])).toEqual(new Set(['e1']));
    expect(await directory.directory.unseen('stripe', [])).toEqual(new Set());
  });
});

describe('a purge', () => {
  test('leaves no account and no schedule behind, whatever comes in while it runs', async () => {
    const tenant = await plane.open('schema');
    const [known, late] = [holderOf(tenant.id), holderOf(tenant.id)];
    const entry = { dueAt: new Date(), cause: 'webhook' } as const;
    await directory.add('stripe', 'acct_1', known);
    await schedule.hasten({ ...known, ...entry });
    await plane.closures.execute(tenant.id, 'owner', 0);

    const comeIn = async () => {
      await directory.add('stripe', 'acct_2', late);
      await schedule.hasten({ ...late, ...entry });
      await schedule.hasten({ ...known, ...entry });
    };
    const steps: string[] = [];
    afterStep = async (step) => {
      steps.push(step);
      await comeIn();
    };
    await plane.purge.execute(tenant.id);
    afterStep = () => undefined;
    await comeIn();

    expect(steps).toContain('forget-directory');
    for (const table of ['provider_accounts', 'sync_schedule']) {
      expect(
        await plane.catalog.query(`SELECT FROM ${table} WHERE tenant_id = $1`, [tenant.id]),
      ).toEqual([]);
    }
    expect(await directory.find('stripe', 'acct_1')).toEqual([]);
    const [closure] = await plane.catalog.query<{ evidence: { where: string; found: number }[] }>(
      'SELECT evidence FROM closures WHERE tenant_id = $1',
      [tenant.id],
    );
    expect(closure?.evidence).toEqual(
      expect.arrayContaining([
        { where: 'catalog.provider_accounts', found: 0 },
        { where: 'catalog.sync_schedule', found: 0 },
      ]),
    );
  });
});
