import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Claims } from '../../src/control-plane/provisioning/claims.js';
import { placementSteps } from '../../src/control-plane/provisioning/placement-steps.js';
import { Stock } from '../../src/control-plane/provisioning/stock.js';
import { ISOLATIONS } from '../../src/tenancy/tenant-record.js';
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
import { adminUrl, databaseUrl, openPool } from '../support/test-postgres.js';

let plane: ControlPlane;
let afterStep: (step: string) => Promise<void> | void = () => undefined;

beforeAll(async () => {
  plane = await openOnOwnPremises({
    provisioningStep: { after: (step) => afterStep(step) },
  });
});

afterEach(() => {
  afterStep = () => undefined;
});

afterAll(async () => {
  await closeWithPremises(plane);
});

/** The claims with `activate` replaced. */
function activating(activate: Claims['activate']): Claims {
  const claims = plane.claims;
  return { claim: claims.claim.bind(claims), activate } as Claims;
}

async function inTemplate(sql: string): Promise<void> {
  const pool = openPool({ connectionString: databaseUrl(adminUrl(), 'template1'), max: 1 });
  await pool.query(sql);
  await pool.end();
}

const lost = new Error('Connection terminated unexpectedly');

describe.each(ISOLATIONS)('a signup (isolation %s)', (isolation) => {
  it('that became active keeps its place when the answer to its commit is lost', async () => {
    let opened = '';
    const claims = activating(async (claim, ...rest) => {
      await plane.claims.activate(claim, ...rest);
      opened = claim.tenantId;
      throw lost;
    });

    await expect(plane.open(isolation, { claims })).rejects.toBe(lost);

    await plane.expireLeases();
    await plane.reconcile();
    expect((await plane.tenants.find(opened))?.status).toBe('active');
    const rows = await plane.tenancy.run(opened, TEST_ACTOR, () =>
      plane.database.query({ text: 'SELECT slug FROM organization' }),
    );
    expect(rows).toHaveLength(1);
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('whose commit did not happen leaves nothing', async () => {
    const active = await plane.countOf('active');

    await expect(
      plane.open(isolation, { claims: activating(() => Promise.reject(lost)) }),
    ).rejects.toBe(lost);

    expect(await plane.countOf('active')).toBe(active);
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('whose commit comes after it was given up is refused, and nothing is left', async () => {
    const active = await plane.countOf('active');
    const claims = activating(async (...args) => {
      await plane.expireLeases();
      await plane.reconcile();
      return plane.claims.activate(...args);
    });

    await expect(plane.open(isolation, { claims })).rejects.toMatchObject({
      code: 'provisioning_lost',
    });

    expect(await plane.countOf('active')).toBe(active);
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('whose making stood still past its lease is refused, and nothing is left', async () => {
    afterStep = async (step) => {
      if (step !== 'reserve') return;
      await plane.expireLeases();
      await plane.reconcile();
    };

    await expect(plane.open(isolation)).rejects.toMatchObject({ code: 'provisioning_lost' });

    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('does not put into stock what was made past its lease', async () => {
    afterStep = async (step) => {
      if (step !== 'reserve') return;
      afterStep = () => undefined;
      await plane.expireLeases();
      await plane.reconcile();
    };
    const stock = new Stock(plane.catalog, plane.factory, {
      database: 0,
      schema: 0,
      [isolation]: 1,
    });

    await stock.refill();

    expect(await stock.ready()).toMatchObject({ [isolation]: 1 });
    expect(await disagreements(plane.premises)).toEqual([]);
    await plane.open(isolation);
  });

  it('that fails at any step leaves nothing, without a sweep', async () => {
    for (const { name } of placementSteps(isolation, plane.tools)) {
      afterStep = (step) => {
        if (step === name) throw new Error(`refused at ${step}`);
      };
      await expect(plane.open(isolation)).rejects.toThrow(`refused at ${name}`);
      expect(await disagreements(plane.premises)).toEqual([]);
    }
  });

  it('whose undoing fails stays on record until it can be undone', async () => {
    const planned = await plane.factory.make(isolation);
    const { loginRole } = planned.placement;
    // Something that PostgreSQL does not drop the role over, in a database that we may not be in.
    await inTemplate(`GRANT USAGE ON SCHEMA public TO "${loginRole}"`);
    await plane.expireLeases();

    await expect(plane.reconcile()).rejects.toThrow();

    expect(await disagreements(plane.premises)).not.toEqual([]);
    const row = 'SELECT state FROM ready_placements WHERE tenant_id = $1';
    expect(await plane.catalog.query(row, [planned.tenantId])).toEqual([{ state: 'discarding' }]);
    await inTemplate(`REVOKE USAGE ON SCHEMA public FROM "${loginRole}"`);
    await plane.expireLeases();
    await plane.reconcile();
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('that fails while it writes its first rows leaves nothing, without a sweep', async () => {
    const seed = { seed: () => Promise.reject(new Error('no rows today')) };

    await expect(plane.open(isolation, { seed })).rejects.toThrow('no rows today');

    expect(await disagreements(plane.premises)).toEqual([]);
  });
});

describe('many signups at once', () => {
  it('each get a place of their own, from stock or made for them', async () => {
    const stocked = await openControlPlane(plane.premises, { stock: { database: 1, schema: 3 } });
    await stocked.stock.refill();
    const before = await plane.countOf('active');

    const opened = await Promise.all(
      Array.from({ length: 8 }, (_, at) => stocked.open(at % 4 === 0 ? 'database' : 'schema')),
    );

    expect(new Set(opened.map((tenant) => tenant.placement?.loginRole)).size).toBe(8);
    expect(await plane.countOf('active')).toBe(before + 8);
    expect(await stocked.stock.ready()).toEqual({ database: 0, schema: 0 });
    await Promise.all([stocked.stock.refill(), stocked.stock.refill()]);
    expect(await stocked.stock.ready()).toEqual({ database: 1, schema: 3 });
    expect(await disagreements(plane.premises)).toEqual([]);
    await stocked.close();
  });
});
