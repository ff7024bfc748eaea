import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { RotateKeys } from '../../src/control-plane/keys/rotate-keys.js';
import { startTestApp, type SignedUp, type TestApp } from '../support/test-app.js';
import { callAdmin } from './support/call-admin.js';
import { lookInside, oldestKeyInUse } from './support/look-inside.js';

const MEMBERS = 120;

let app: TestApp;
let rotate: RotateKeys;

beforeAll(async () => {
  // Settles after four seconds: see settleSecondsOf. Shorter ones would be met by a machine that is busy.
  app = await startTestApp({ connectionWaitMs: 1_500, statementTimeoutMs: 1_200 });
  rotate = app.app.get(RotateKeys, { strict: false });
});

afterAll(() => app.close());

const inCentral = <T>(work: () => Promise<T>): Promise<T> => app.foundation.tenancy.central(work);

async function withMembers(isolation: 'database' | 'schema'): Promise<SignedUp> {
  const tenant = await app.signUp({ isolation });
  for (let index = 0; index < MEMBERS; index += 1) await invite(tenant, index);
  return tenant;
}

async function invite(tenant: SignedUp, index: number): Promise<void> {
  const body = { email: `member-${index}@example.com`, role: 'analyst', name: `Member ${index}` };
  const answer = await app.call('POST', '/v1/members', { key: tenant.key, body });
  if (answer.status !== 201)
    throw new Error(`Inviting answered ${answer.status} ${answer.body.code}`);
}

async function names(tenant: SignedUp): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await app.call('GET', `/v1/members?limit=100${query}`, { key: tenant.key });
    expect(page.status).toBe(200);
    found.push(...(page.body.items as { name: string }[]).map(({ name }) => name));
    cursor = page.body.nextCursor as string | null;
  }
  return found;
}

describe.each(['database', 'schema'] as const)(
  'rotating the keys of a tenant in a %s',
  (isolation) => {
    it('seals everything anew, then lets the old key go, and nothing reads differently', async () => {
      const tenant = await withMembers(isolation);
      const before = await names(tenant);
      const seen: number[] = [];
      const outcome = await inCentral(() =>
        rotate.execute(tenant.id, { onProgress: ({ done }) => void seen.push(done) }),
      );
      expect(outcome).toBe('reencrypted');
      expect(seen.at(-1)).toBeGreaterThanOrEqual(MEMBERS);
      expect(await oldestKeyInUse(app, tenant.id)).toBe(2);
      expect(await names(tenant)).toEqual(before);
      await gone(tenant.id);
      expect(await lookInside(app, tenant.id, 'SELECT id FROM data_keys')).toEqual([{ id: 2 }]);
      expect(await app.foundation.tools.keys.find(tenant.id)).toEqual({ newest: 2, oldest: 2 });
      expect(await names(tenant)).toEqual(before);
      const log = await app.call('GET', '/v1/audit-log', { key: tenant.key });
      expect(log.body.items[0]).toMatchObject({
        action: 'keys.rotated',
        details: { dataKey: '2' },
      });
    });

    it('fails no read and no write meanwhile', async () => {
      const tenant = await withMembers(isolation);
      const load = { on: true };
      let next = MEMBERS;
      const reader = async (): Promise<void> => {
        while (load.on) expect((await names(tenant)).length).toBeGreaterThanOrEqual(MEMBERS);
      };
      const writer = async (): Promise<void> => {
        while (load.on) await invite(tenant, (next += 1));
      };
      const renamer = async (): Promise<void> => {
        for (let round = 0; load.on; round += 1) {
          const answer = await app.call('PATCH', '/v1/tenant', {
            key: tenant.key,
            body: { name: `Round ${round}` },
          });
          expect(answer.status).toBe(200);
        }
      };
      const loads = Promise.all([reader(), reader(), writer(), renamer()]);
      for (let round = 0; round < 2; round += 1) {
        await inCentral(() => rotate.execute(tenant.id));
        await gone(tenant.id);
      }
      load.on = false;
      await loads;
      expect((await names(tenant)).length).toBe(next + 1);
      expect(await oldestKeyInUse(app, tenant.id)).toBe(3);
    });
  },
);

describe('a rotation', () => {
  it('is asked for by an administrator and done by a worker', async () => {
    const tenant = await app.signUp();
    const answer = await callAdmin(app, 'POST', `/admin/tenants/${tenant.id}/rotate-keys`);
    expect(answer).toMatchObject({ status: 202, body: { tenantId: tenant.id, state: 'running' } });
    await gone(tenant.id);
    expect(await lookInside(app, tenant.id, 'SELECT id FROM data_keys')).toEqual([{ id: 2 }]);
  });

  it('is refused for a tenant that is not there', async () => {
    const path = '/admin/tenants/tnt_00000000000000000000/rotate-keys';
    expect((await callAdmin(app, 'POST', path)).body.code).toBe('tenant_not_found');
  });

  it('is done by one process at a time; the other says that it is busy', async () => {
    const tenant = await withMembers('database');
    const outcomes = await Promise.allSettled([
      inCentral(() => rotate.execute(tenant.id)),
      inCentral(() => rotate.execute(tenant.id)),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = outcomes.find((it) => it.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'rotation_busy' });
  });

  it('is gone on with by the sweep when it was interrupted', async () => {
    const tenant = await withMembers('schema');
    const stop = new AbortController();
    const rotation = inCentral(() =>
      rotate.execute(tenant.id, { signal: stop.signal, onProgress: () => stop.abort() }),
    );
    await expect(rotation).rejects.toThrow();
    expect((await names(tenant)).length).toBe(MEMBERS + 1);
    await gone(tenant.id);
    expect(await oldestKeyInUse(app, tenant.id)).toBe(2);
  });

  it('keeps an old key for as long as one value under it cannot be opened, and says so', async () => {
    const tenant = await withMembers('database');
    await lookInside(
      app,
      tenant.id,
      `UPDATE members SET name = set_byte(name, octet_length(name) - 1, get_byte(name, octet_length(name) - 1) # 1)
        WHERE id = (SELECT min(id) FROM members)`,
    );
    await expect(inCentral(() => rotate.execute(tenant.id))).rejects.toMatchObject({
      code: 'sealed_value_broken',
    });
    const keys = await lookInside(app, tenant.id, 'SELECT id FROM data_keys ORDER BY id');
    expect(keys).toEqual([{ id: 1 }, { id: 2 }]);
    const rest = await lookInside(app, tenant.id, 'SELECT FROM members WHERE name_key = 1');
    expect(rest).toHaveLength(1);
  });

  it('leaves the hashes that members are found by as they are', async () => {
    const tenant = await app.signUp();
    await inCentral(() => rotate.execute(tenant.id));
    const login = await app.call('POST', '/v1/login', {
      body: { email: tenant.email, password: tenant.password },
    });
    expect(login.status).toBe(200);
  });
});

/** Waits until the rotation is over: the sweep lets the old key go. */
async function gone(tenantId: string): Promise<void> {
  for (let waited = 0; waited < 200; waited += 1) {
    const rows = await app.foundation.catalog.query(
      'SELECT FROM key_rotations WHERE tenant_id = $1',
      [tenantId],
    );
    if (rows.length === 0) return;
    await sleep(100);
  }
  throw new Error('The rotation did not come to its end.');
}
