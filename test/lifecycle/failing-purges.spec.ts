import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { closureStatus } from '../../src/control-plane/closure/closure.dto.js';
import type { ClosureEntity } from '../../src/control-plane/closure/closure.entity.js';
import { openControlPlane, type ControlPlane } from '../support/lifecycle-control-plane.js';
import {
  closeWithPremises,
  disagreements,
  openOnOwnPremises,
} from '../support/lifecycle-premises.js';

let plane: ControlPlane;
/** Called after each step of a purge; a test may make it fail. */
let afterStep: (step: string) => void = () => undefined;

beforeAll(async () => {
  plane = await openOnOwnPremises({ purgeStep: { after: (step) => afterStep(step) } });
});

afterAll(async () => {
  await closeWithPremises(plane);
});

async function closed(): Promise<string> {
  const { id } = await plane.open('schema');
  await plane.closures.execute(id, 'owner', 0);
  return id;
}

async function failOnce(tenantId: string, step = 'forget-keys'): Promise<void> {
  afterStep = (name) => {
    if (name === step) throw new Error('power cut');
  };
  await expect(plane.purge.execute(tenantId)).rejects.toThrow('power cut');
  afterStep = () => undefined;
}

async function waits(tenantId: string): Promise<{ failures: number; seconds: number } | null> {
  const [row] = await plane.catalog.query<{ failures: number; seconds: number }>(
    `SELECT failures, extract(epoch FROM due_at - now())::float8 AS seconds
       FROM retries WHERE work = 'purge' AND subject = $1`,
    [tenantId],
  );
  return row ?? null;
}

async function shown(tenantId: string) {
  const [row] = await plane.catalog.query<ClosureEntity & { requested: Date; purge: Date }>(
    'SELECT status, steps, evidence, requested_at AS requested, purge_at AS purge FROM closures WHERE tenant_id = $1',
    [tenantId],
  );
  if (row === undefined) throw new Error('There is no closure.');
  const closure = { ...row, requestedAt: row.requested, purgeAt: row.purge } as ClosureEntity;
  closure.cancelledAt = closure.purgedAt = null;
  return closureStatus({ closure, retry: await plane.retries.of('purge', tenantId) });
}

/** As older versions have written them down. */
function entry(step: string, second: string): { step: string; at: string } {
  return { step, at: `2026-02-08T10:00:0${second}.000Z` };
}

/** Whether the sweep of this process would purge it now. */
async function isEnqueued(by: ControlPlane, tenantId: string): Promise<boolean> {
  await by.sweep.execute();
  return by.enqueued.splice(0).includes(tenantId);
}

describe('a purge that fails', () => {
  it('is tried again later each time, up to minutes, whichever process looks', async () => {
    const id = await closed();
    const other = await openControlPlane(plane.premises);
    expect(await isEnqueued(plane, id)).toBe(true);

    let last = 0;
    for (let failures = 1; failures <= 12; failures += 1) {
      await failOnce(id);
      const now = await waits(id);
      expect(now?.failures).toBe(failures);
      const middle = Math.min(600, 2 ** failures);
      // Counted from the failure; the look comes a moment later.
      expect(now?.seconds).toBeGreaterThan(middle * 0.75 - 1);
      expect(now?.seconds).toBeLessThanOrEqual(middle * 1.25);
      last = now?.seconds ?? 0;
    }
    expect(last).toBeGreaterThan(400);
    for (const process of [plane, other]) expect(await isEnqueued(process, id)).toBe(false);

    expect(await plane.retries.hasten(id)).toEqual(['purge']);
    expect(await isEnqueued(other, id)).toBe(true);
    expect(await plane.purge.execute(id)).toBe('purged');
    expect(await waits(id)).toBeNull();
    expect(await disagreements(plane.premises)).toEqual([]);
    await other.close();
  });

  it('has one entry a step on the status page, with how often it was done', async () => {
    const id = await closed();
    for (let times = 1; times <= 3; times += 1) await failOnce(id, 'forget-directory');
    const { steps, heldUp } = await shown(id);
    expect(steps.map(({ step, tries }) => [step, tries])).toEqual([
      ['end-sessions', 3],
      ['forget-keys', 3],
      ['destroy-keys', 3],
      ['drop-place', 3],
      ['drop-roles', 3],
      ['forget-directory', 3],
    ]);
    expect(heldUp).toMatchObject({ by: ['other'], tries: 3 });

    await plane.reconcile();
    expect((await shown(id)).heldUp).toBeNull();
    expect((await shown(id)).steps[0]).toMatchObject({ step: 'end-sessions', tries: 4 });
  });

  it('reads closures that have an entry for each time, and folds them', async () => {
    const id = await closed();
    await failOnce(id, 'end-sessions');
    await plane.catalog.query('UPDATE closures SET steps = $2 WHERE tenant_id = $1', [
      id,
      JSON.stringify([
        entry('end-sessions', '1'),
        entry('forget-keys', '2'),
        entry('end-sessions', '3'),
        entry('forget-keys', '4'),
      ]),
    ]);
    expect((await shown(id)).steps).toEqual([
      { ...entry('end-sessions', '3'), tries: 2 },
      { ...entry('forget-keys', '4'), tries: 2 },
    ]);
    await plane.reconcile();
    const { steps } = await shown(id);
    expect(steps.slice(0, 3).map(({ step, tries }) => [step, tries])).toEqual([
      ['end-sessions', 3],
      ['forget-keys', 3],
      ['destroy-keys', undefined],
    ]);
  });

  it('shows no more of an account without a failure than its steps', async () => {
    const id = await closed();
    await plane.purge.execute(id);
    const { steps, heldUp } = await shown(id);
    expect(heldUp).toBeNull();
    expect(steps.every((step) => !('tries' in step))).toBe(true);
  });
});

describe('a chore of the sweep', () => {
  it('does the rest although one place fails for ever, and comes to that one less often', async () => {
    const [stuck, fine] = [await plane.factory.make('schema'), await plane.factory.make('schema')];
    await plane.expireLeases();
    const lost = new Error('the key store is away');
    const destroy = plane.keyStore.destroy.bind(plane.keyStore);
    plane.keyStore.destroy = (tenantId) =>
      tenantId === stuck.tenantId ? Promise.reject(lost) : destroy(tenantId);
    try {
      await expect(plane.sweep.execute()).rejects.toThrow();
      expect(await plane.admin.roleExists(fine.placement.loginRole)).toBe(false);
      await plane.expireLeases();
      // It waits, and so nothing fails.
      await plane.sweep.execute();
      expect(await plane.retries.of('discard-place', stuck.tenantId)).toMatchObject({
        failures: 1,
      });
    } finally {
      plane.keyStore.destroy = destroy;
    }
    await plane.reconcile();
    expect(await plane.retries.list(10)).toEqual([]);
    expect(await disagreements(plane.premises)).toEqual([]);
  });
});
