import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, type SignedUp, type TestApp } from '../support/test-app.js';
import { lookInside, oldestKeyInUse } from './support/look-inside.js';
import { RotatingProcesses } from './support/rotate-crash.js';

/** More calls than a rotation of such a small tenant makes. */
const CALLS_MAX = 60;

let app: TestApp;
let processes: RotatingProcesses;

beforeAll(async () => {
  // Nobody but the processes that die may go on with the rotation.
  app = await startTestApp({ role: 'api' });
  processes = new RotatingProcesses(app);
});

afterAll(async () => {
  await processes.close();
  await app.close();
});

async function readable(tenant: SignedUp): Promise<void> {
  const members = await app.call('GET', '/v1/members', { key: tenant.key });
  expect(members).toMatchObject({ status: 200 });
  expect(members.body.items[0].email).toBe(tenant.email);
  const log = await app.call('GET', '/v1/audit-log', { key: tenant.key });
  expect(log.body.items.at(-1)).toMatchObject({ action: 'account.created' });
  expect(log.body.items.at(-1).details).toHaveProperty('apiKeyId');
  expect((await app.call('GET', '/v1/tenant', { key: tenant.key })).status).toBe(200);
}

describe('a process that is killed while it rotates', () => {
  it('the keys of a tenant leaves every row readable wherever it dies, and the next goes on', async () => {
    const tenant = await app.signUp();
    let deaths = 0;
    for (let killAfter = 1; killAfter < CALLS_MAX; killAfter += 1) {
      const outcome = await processes.rotateAndDie({
        what: 'keys',
        tenantId: tenant.id,
        killAfter,
      });
      await readable(tenant);
      if (outcome === 'done') break;
      deaths += 1;
      // Its lease runs out.
      await sleep(250);
    }
    expect(deaths).toBeGreaterThan(10);
    expect(deaths).toBeLessThan(CALLS_MAX - 1);
    const keys = await lookInside<{ id: number }>(app, tenant.id, 'SELECT id FROM data_keys');
    expect(keys).toHaveLength(1);
    expect(await oldestKeyInUse(app, tenant.id)).toBe(keys[0]?.id);
    const versions = await app.foundation.tools.keys.find(tenant.id);
    expect(versions?.oldest).toBe(versions?.newest);
    await readable(tenant);
  }, 120_000);

  it.each(['database', 'schema'] as const)(
    'the login role of a tenant in a %s leaves it served wherever it dies, and the next goes on',
    async (isolation) => {
      const tenant = await app.signUp({ isolation });
      const before = await loginRole(tenant.id);
      let deaths = 0;
      for (let killAfter = 1; killAfter < CALLS_MAX; killAfter += 1) {
        const outcome = await processes.rotateAndDie({
          what: 'login',
          tenantId: tenant.id,
          killAfter,
        });
        await readable(tenant);
        if (outcome === 'done') break;
        deaths += 1;
      }
      expect(deaths).toBeGreaterThan(5);
      expect(deaths).toBeLessThan(CALLS_MAX - 1);
      expect(await loginRole(tenant.id)).not.toBe(before);
      expect(
        await app.look('postgres', 'SELECT FROM pg_roles WHERE rolname = $1', [before]),
      ).toEqual([]);
      expect(await app.foundation.catalog.query('SELECT FROM login_rotations')).toEqual([]);
    },
    120_000,
  );
});

async function loginRole(tenantId: string): Promise<string> {
  const [row] = await app.foundation.catalog.query<{ role: string }>(
    'SELECT login_role AS role FROM placements WHERE tenant_id = $1',
    [tenantId],
  );
  return row?.role ?? '';
}
