import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ISOLATIONS } from '../../src/tenancy/tenant-record.js';
import { openControlPlane, type ControlPlane } from '../support/lifecycle-control-plane.js';
import {
  closeWithPremises,
  disagreements,
  openOnOwnPremises,
} from '../support/lifecycle-premises.js';

/** Two processes of one installation. */
let plane: ControlPlane;
let other: ControlPlane;
const stepsRun: string[] = [];

beforeAll(async () => {
  const purgeStep = { before: (step: string) => void stepsRun.push(step) };
  plane = await openOnOwnPremises({ purgeStep });
  other = await openControlPlane(plane.premises, { purgeStep });
});

afterAll(async () => {
  await other?.close();
  await closeWithPremises(plane);
});

async function statusOf(tenantId: string): Promise<string | undefined> {
  return (await plane.tenants.find(tenantId))?.status;
}

async function closedAndDue(isolation: 'database' | 'schema'): Promise<string> {
  const { id } = await plane.open(isolation);
  await plane.closures.execute(id, 'owner', 0);
  return id;
}

describe('requests at the same time', () => {
  it('gives twelve simultaneous closures one id and one date', async () => {
    const { id } = await plane.open('schema');

    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        (at % 2 === 0 ? plane : other).closures.execute(id, 'owner', at),
      ),
    );

    expect(new Set(answers.map((answer) => answer.closureId)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.purgeAt.getTime())).size).toBe(1);
    expect(
      await plane.catalog.query('SELECT FROM closures WHERE tenant_id = $1', [id]),
    ).toHaveLength(1);
    expect(await disagreements(plane.premises)).toEqual([]);
    await plane.cancel.execute(id);
  });

  it.each(ISOLATIONS)('purges once when two are told to (isolation %s)', async (isolation) => {
    const id = await closedAndDue(isolation);
    stepsRun.length = 0;

    const outcomes = await Promise.all([plane.purge.execute(id), other.purge.execute(id)]);

    expect(outcomes).toContain('purged');
    expect(new Set(stepsRun).size).toBe(stepsRun.length);
    expect(await statusOf(id)).toBe('purged');
    expect(await disagreements(plane.premises)).toEqual([]);
    expect(await other.purge.execute(id)).toBe('purged');
    expect(new Set(stepsRun).size).toBe(stepsRun.length);
  });

  it('lets either the cancelling or the purge win, whole', async () => {
    for (let round = 0; round < 6; round += 1) {
      const id = await closedAndDue('schema');

      const [cancelled, purged] = await Promise.allSettled([
        plane.cancel.execute(id),
        other.purge.execute(id),
      ]);

      if (cancelled.status === 'fulfilled') {
        expect(purged).toMatchObject({ value: 'not-due' });
        expect(await statusOf(id)).toBe('active');
      } else {
        expect(cancelled.reason).toMatchObject({ code: 'closure_not_cancellable' });
        expect(purged).toMatchObject({ value: 'purged' });
        expect(await statusOf(id)).toBe('purged');
      }
      expect(await disagreements(plane.premises)).toEqual([]);
    }
  });

  it('cancels once when two owners cancel', async () => {
    const { id } = await plane.open('schema');
    await plane.closures.execute(id, 'owner', 3);

    const answers = await Promise.allSettled([plane.cancel.execute(id), other.cancel.execute(id)]);

    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
    expect(answers.find((answer) => answer.status === 'rejected')).toMatchObject({
      reason: { code: 'closure_not_cancellable' },
    });
    expect(await statusOf(id)).toBe('active');
  });

  it('opens a new closure with a new id and date after a cancelled one', async () => {
    const { id } = await plane.open('schema');
    const first = await plane.closures.execute(id, 'owner', 3);
    await plane.cancel.execute(id);

    const second = await plane.closures.execute(id, 'owner', 5);

    expect(second.closureId).not.toBe(first.closureId);
    expect(second.purgeAt.getTime()).toBeGreaterThan(first.purgeAt.getTime());
    expect(await disagreements(plane.premises)).toEqual([]);
  });

  it('refuses a closure of a tenant that is gone, and of one that never was', async () => {
    const id = await closedAndDue('schema');
    await plane.purge.execute(id);

    await expect(plane.closures.execute(id, 'owner', 1)).rejects.toMatchObject({
      code: 'tenant_move_refused',
    });
    await expect(
      plane.closures.execute('tnt_00000000000000000000', 'owner', 1),
    ).rejects.toMatchObject({ code: 'tenant_not_found' });
  });
});
