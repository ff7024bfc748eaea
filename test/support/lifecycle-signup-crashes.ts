import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { placementSteps } from '../../src/control-plane/provisioning/placement-steps.js';
import type { StepTools } from '../../src/control-plane/provisioning/step-tools.js';
import type { Isolation } from '../../src/tenancy/tenant-record.js';
import { boundariesOf, CrashingProcesses } from './lifecycle-crash.js';
import {
  openControlPlane,
  TEST_ACTOR,
  type ControlPlane,
  type Premises,
} from './lifecycle-control-plane.js';
import { createPremises, disagreements, removePremises } from './lifecycle-premises.js';

/** The acts of OpenAccount once the place is made. */
const ACTS = [{ name: 'seed' }, { name: 'activate' }];

/** From the lists themselves, so that a new step is killed at as soon as it exists. */
export function describeCrashesOfASignup(isolation: Isolation): void {
  const steps = placementSteps(isolation, {} as StepTools);
  const boundaries = [...boundariesOf(steps), ...boundariesOf(ACTS)];

  describe(`a signup with isolation "${isolation}" whose process dies`, () => {
    let premises: Premises;
    let plane: ControlPlane;
    let processes: CrashingProcesses;

    beforeAll(async () => {
      premises = await createPremises();
      plane = await openControlPlane(premises);
      processes = new CrashingProcesses(premises);
    });

    afterAll(async () => {
      await processes?.close();
      await plane?.close();
      await removePremises(premises);
    });

    it.each(boundaries)(
      '$hook $step ends, after a sweep, in one whole tenant or none',
      async (boundary) => {
        const activeBefore = await plane.countOf('active');

        expect(await processes.crash({ kind: 'signup', isolation, at: boundary })).toBe('SIGKILL');

        const begun = await unfinished(plane);
        await plane.reconcile();
        // While the lease runs the process might be alive: nobody touches its work.
        expect(await unfinished(plane)).toEqual(begun);
        await plane.expireLeases();
        await plane.reconcile();
        expect(await unfinished(plane)).toEqual([]);
        expect(await disagreements(premises)).toEqual([]);
        const opened = boundary.hook === 'after' && boundary.step === 'activate';
        expect(await plane.countOf('active')).toBe(activeBefore + (opened ? 1 : 0));
        if (opened) await expectToBeServed(plane);
      },
    );

    it('leaves the server so that the next signup is whole', async () => {
      const tenant = await plane.open(isolation);

      expect(await disagreements(premises)).toEqual([]);
      expect(await plane.tenancy.run(tenant.id, TEST_ACTOR, () => organizations(plane))).toBe(1);
    });
  });
}

async function unfinished(plane: ControlPlane): Promise<object[]> {
  return plane.catalog.query(
    `SELECT tenant_id AS id, state FROM ready_placements
     UNION ALL SELECT id, status FROM tenants WHERE status = 'provisioning' ORDER BY 1`,
  );
}

async function expectToBeServed(plane: ControlPlane): Promise<void> {
  const [row] = await plane.catalog.query<{ id: string }>(
    `SELECT id FROM tenants WHERE status = 'active' ORDER BY created_at DESC LIMIT 1`,
  );
  const served = await plane.tenancy.run(row?.id ?? '', TEST_ACTOR, () => organizations(plane));
  expect(served).toBe(1);
}

async function organizations(plane: ControlPlane): Promise<number> {
  return (await plane.database.query({ text: 'SELECT tenant_id FROM organization' })).length;
}
