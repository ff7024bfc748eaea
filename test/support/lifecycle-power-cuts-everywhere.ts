import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Isolation } from '../../src/tenancy/tenant-record.js';
import { openControlPlane, type ControlPlane, type Premises } from './lifecycle-control-plane.js';
import { installPowerCuts, PowerCut } from './lifecycle-power-cut.js';
import { createPremises, disagreements, removePremises } from './lifecycle-premises.js';

let premises: Premises;
let plane: ControlPlane;

/** Where each change to the catalog or the server is, in its turn, the last that a process makes. */
export function describePowerCuts(isolation: Isolation): void {
  describe(`a power cut after any change (isolation ${isolation})`, () => {
    beforeAll(async () => {
      installPowerCuts();
      premises = await createPremises();
      plane = await openControlPlane(premises);
    });

    afterAll(async () => {
      await plane?.close();
      await removePremises(premises);
    });

    it('of a signup ends in one whole tenant or none', async () => {
      let active = await plane.countOf('active');
      const count = await cutEverywhere(
        () => Promise.resolve((doomed) => doomed.open(isolation)),
        async (at) => {
          const now = await plane.countOf('active');
          expect({ at, more: now - active <= 1 }).toEqual({ at, more: true });
          active = now;
          await expectAgreement(at);
        },
      );
      expect(count).toBeGreaterThan(5);
    }, 120_000);

    it('of a purge is ended by the sweep', async () => {
      let id = '';
      const count = await cutEverywhere(
        async () => {
          ({ id } = await plane.open(isolation));
          await plane.closures.execute(id, 'owner', 0);
          return (doomed) => doomed.purge.execute(id);
        },
        async (at) => {
          expect({ at, status: (await plane.tenants.find(id))?.status }).toEqual({
            at,
            status: 'purged',
          });
          await expectAgreement(at);
        },
      );
      expect(count).toBeGreaterThan(5);
    }, 120_000);

    it('of the sweep that undoes a dead signup is undone by the next sweep', async () => {
      const count = await cutEverywhere(async () => {
        // A signup whose process died before it became active, and a place that it was making.
        await plane.factory.make(isolation);
        await plane.claims.claim({ isolation, region: 'test', organization: 'Crater Coffee' });
        await plane.expireLeases();
        return (doomed) => doomed.reconcile();
      }, expectAgreement);
      expect(count).toBeGreaterThan(5);
    }, 120_000);
  });
}

/**
 * Runs the work again and again, cut off after its first change, its second and so on, until it
 * comes to its end. @returns how many changes it has
 */
async function cutEverywhere(
  prepare: () => Promise<(doomed: ControlPlane) => Promise<unknown>>,
  check: (lastStatement: string) => Promise<void>,
): Promise<number> {
  for (let changes = 1; ; changes += 1) {
    const work = await prepare();
    const power = new PowerCut();
    // Another process of the same installation: the one that is going to lose its power.
    const doomed = await openControlPlane(
      {
        ...premises,
        controlUrl: power.urlOf(premises.controlUrl),
      },
      { waitMs: 1_000 },
    );
    power.after(changes);
    const outcome = await Promise.race([power.happened, work(doomed).then(() => 'done')]);
    if (outcome === 'done') {
      await doomed.close();
      return changes;
    }
    doomed.forsake();
    await plane.expireLeases();
    await plane.reconcile();
    await check(`after ${changes} changes, the last one ${power.changes.at(-1)}`);
  }
}

async function expectAgreement(at: string): Promise<void> {
  expect({ at, wrong: await disagreements(premises) }).toEqual({ at, wrong: [] });
}
