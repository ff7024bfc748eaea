import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/kernel/ids.js';
import type { TenantRecord } from '../../src/tenancy/tenant-record.js';
import { OpenSchedule } from '../support/catalog-ports.js';
import { moveClock } from '../support/clock/move-clock.js';
import {
  type ControlPlane,
  openControlPlane,
  type Premises,
} from '../support/lifecycle-control-plane.js';
import { createPremises, removePremises } from '../support/lifecycle-premises.js';

const HOUR_MS = 3_600_000;
const started = Date.now();

let premises: Premises;
let plane: ControlPlane;
let schedule: OpenSchedule;
let tenant: TenantRecord;

beforeAll(async () => {
  premises = await createPremises();
  plane = await openControlPlane(premises);
  schedule = new OpenSchedule(plane);
  tenant = await plane.open('schema');
});

beforeEach(() => plane.catalog.query('DELETE FROM sync_schedule'));

afterAll(async () => {
  moveClock(started);
  await plane?.close();
  await removePremises(premises);
});

const claim = (holder: string) =>
  schedule.claim({ holder, limit: 10, perTenant: 10, leaseMs: 60_000 });

describe.each([
  ['ahead', 9_000],
  ['behind', -9_000],
])('a process whose clock is a year %s of the database', (_, hours) => {
  beforeEach(() => moveClock(started + hours * HOUR_MS));

  test('begins a sync when it is due, and not before', async () => {
    const [now, later] = [newId('int'), newId('int')];
    const due = (integrationId: string, ms: number) =>
      schedule.hasten({
        tenantId: tenant.id,
        integrationId,
        dueAt: new Date(Date.now() + ms),
        cause: 'connect',
      });
    await due(now, 0);
    await due(later, HOUR_MS);
    expect((await claim('w1')).map(({ integrationId }) => integrationId)).toEqual([now]);
    // Its lease holds, whatever the time is here.
    expect(await claim('w2')).toEqual([]);
    await schedule.settle(now, 'w1', { dueAt: new Date(Date.now() + HOUR_MS), failures: 0 });
    expect(await claim('w2')).toEqual([]);
    moveClock(Date.now() + 2 * HOUR_MS);
    expect(await claim('w2')).toHaveLength(2);
  });
});
