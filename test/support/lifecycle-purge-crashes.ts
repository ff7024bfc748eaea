import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { purgeSteps } from '../../src/control-plane/closure/purge-steps.js';
import type { StepTools } from '../../src/control-plane/provisioning/step-tools.js';
import type { Isolation } from '../../src/tenancy/tenant-record.js';
import { boundariesOf, CrashingProcesses, type Boundary } from './lifecycle-crash.js';
import { openControlPlane, type ControlPlane, type Premises } from './lifecycle-control-plane.js';
import { createPremises, disagreements, removePremises } from './lifecycle-premises.js';

/** From the list itself, so that a new step is killed at as soon as it exists. */
export function describeCrashesOfAPurge(isolation: Isolation): void {
  const steps = purgeSteps({} as StepTools);
  const boundaries: Boundary[] = [...boundariesOf(steps), { hook: 'after', step: 'execute' }];

  describe(`a purge with isolation "${isolation}" whose process dies`, () => {
    let premises: Premises;
    let plane: ControlPlane;
    let processes: CrashingProcesses;
    /** Lives beside every purge and must never be touched by one. */
    let neighbour: string;

    beforeAll(async () => {
      premises = await createPremises();
      plane = await openControlPlane(premises);
      processes = new CrashingProcesses(premises);
      neighbour = (await plane.open(isolation)).id;
    });

    afterAll(async () => {
      await processes?.close();
      await plane?.close();
      await removePremises(premises);
    });

    it.each(boundaries)('$hook $step is ended by the sweep', async (boundary) => {
      const { id } = await plane.open(isolation);
      const { closureId } = await plane.closures.execute(id, 'owner', 0);
      await plane.fence.raise(id);

      expect(await processes.crash({ kind: 'purge', tenantId: id, at: boundary })).toBe('SIGKILL');

      const crashed = await statusOf(plane, id);
      if (crashed === 'purging') {
        // While the lease runs the process might be alive: nobody touches its work.
        await plane.reconcile();
        expect(await plane.purge.execute(id)).toBe('busy');
        expect(await statusOf(plane, id)).toBe('purging');
      }
      await plane.expireLeases();
      await plane.reconcile();
      expect(await statusOf(plane, id)).toBe('purged');
      expect(await evidenceOf(plane, closureId)).toEqual({ status: 'purged', traces: 0 });
      expect(await disagreements(premises)).toEqual([]);
      expect(await statusOf(plane, neighbour)).toBe('active');
    });
  });
}

async function statusOf(plane: ControlPlane, tenantId: string): Promise<string | undefined> {
  return (await plane.tenants.find(tenantId))?.status;
}

async function evidenceOf(plane: ControlPlane, closureId: string): Promise<object | undefined> {
  const [row] = await plane.catalog.query(
    `SELECT status, (SELECT sum((f ->> 'found')::int)::int FROM jsonb_array_elements(evidence) f)
        AS traces FROM closures WHERE id = $1`,
    [closureId],
  );
  return row;
}
