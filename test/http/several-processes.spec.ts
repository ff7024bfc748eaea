import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RunningServer } from '../../src/entry/composition/run-server.js';
import { startSecond } from '../support/second-process.js';
import { ADMIN_TOKEN, callApi, startTestApp, type TestApp } from '../support/test-app.js';
import { controlUrl } from '../support/test-postgres.js';
import { OtherProcess } from './support/other-process.js';

/** Two processes' worth of NuMoon over one catalog: what one changes, the other knows within a second. */
let one: TestApp;
let two: RunningServer;

const onTwo = (method: string, path: string, options = {}) =>
  callApi(two.url, method, path, options);

async function within(ms: number, ask: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    if (await ask()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

beforeAll(async () => {
  one = await startTestApp({ stockDatabases: 0, stockSchemas: 4 });
  two = await startSecond(one);
});

afterAll(async () => {
  await two.stop();
  await one.close();
});

describe('a change made in one process', () => {
  it('is a new tenant that the other serves at once', async () => {
    const tenant = await one.signUp({ isolation: 'schema' });
    expect((await onTwo('GET', '/v1/tenant', { key: tenant.key })).body.id).toBe(tenant.id);
  });

  it('is a revoked key that the other refuses within a second', async () => {
    const tenant = await one.signUp({ isolation: 'schema' });
    const made = await one.call('POST', '/v1/api-keys', {
      key: tenant.key,
      body: { name: 'short-lived', role: 'analyst' },
    });
    expect((await onTwo('GET', '/v1/me', { key: made.body.key })).status).toBe(200);
    await one.call('DELETE', `/v1/api-keys/${made.body.id}`, { key: tenant.key });
    const refused = () =>
      onTwo('GET', '/v1/me', { key: made.body.key }).then(({ status }) => status === 401);
    expect(await within(1_000, refused)).toBe(true);
  });

  it('is a suspension and a closure that the other enforces within a second', async () => {
    const tenant = await one.signUp({ isolation: 'schema' });
    expect((await onTwo('GET', '/v1/me', { key: tenant.key })).status).toBe(200);
    const codeOnTwo = async (method: string, path: string, body?: object) =>
      (await onTwo(method, path, { key: tenant.key, ...(body === undefined ? {} : { body }) })).body
        .code as string | undefined;
    const act = (verb: string) =>
      one.call('POST', `/admin/tenants/${tenant.id}/${verb}`, { key: ADMIN_TOKEN, body: {} });

    await act('suspend');
    const suspended = async () => (await codeOnTwo('GET', '/v1/me')) === 'tenant_suspended';
    expect(await within(1_000, suspended)).toBe(true);
    await act('resume');
    const resumed = async () => (await codeOnTwo('GET', '/v1/me')) === undefined;
    expect(await within(1_000, resumed)).toBe(true);
    await act('close');
    const fenced = async () =>
      (await codeOnTwo('POST', '/v1/api-keys', { name: 'late', role: 'analyst' })) ===
      'tenant_closing';
    expect(await within(1_000, fenced)).toBe(true);
  });

  it('is a signed-out session that the other refuses within a second', async () => {
    const tenant = await one.signUp({ isolation: 'schema' });
    const login = await one.call('POST', '/v1/login', {
      body: { email: tenant.email, password: tenant.password },
    });
    const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const headers = { cookie, 'sec-fetch-site': 'same-origin' };
    expect((await onTwo('GET', '/v1/me', { headers })).body.member.email).toBe(tenant.email);
    expect((await one.call('POST', '/v1/logout', { headers, body: {} })).status).toBe(204);
    const refused = () => onTwo('GET', '/v1/me', { headers }).then(({ status }) => status === 401);
    expect(await within(1_000, refused)).toBe(true);
  });
});

/** Which of the two hold keys of the tenant. Others have some too: what is done in the background goes on. */
const holders = (id: string): boolean[] =>
  [one, two].map(({ foundation }) => foundation.keys.holds(id));

const act = (id: string, verb: string, body: object = {}) =>
  one.call('POST', `/admin/tenants/${id}/${verb}`, { key: ADMIN_TOKEN, body });

/** A tenant whose keys both processes hold. */
async function warmTenant() {
  const tenant = await one.signUp({ isolation: 'schema' });
  // The news of a new tenant still travels, and makes every process forget it; what was begun for others ends.
  const isAlone = async (): Promise<boolean> => {
    for (const { foundation } of [one, two]) foundation.keys.dropAll();
    await one.call('GET', '/v1/tenant', { key: tenant.key });
    await onTwo('GET', '/v1/tenant', { key: tenant.key });
    return holders(tenant.id).every(Boolean);
  };
  expect(await within(10_000, isAlone)).toBe(true);
  return tenant;
}

describe('the keys of a tenant', () => {
  it.each([
    ['is suspended', 'suspend', {}],
    ['is closed', 'close', { graceDays: 7 }],
    ['has its keys rotated', 'rotate-keys', {}],
  ])('are overwritten in every process within a second when it %s', async (_, verb, body) => {
    const tenant = await warmTenant();
    const dropped: string[] = [];
    const { keys } = two.foundation;
    const original = Object.getPrototypeOf(keys).drop as typeof keys.drop;
    const drop = jest.spyOn(keys, 'drop');
    drop.mockImplementation((id) => {
      dropped.push(id);
      original.call(keys, id);
    });

    const answer = await act(tenant.id, verb, body);

    expect(answer.status).toBeLessThan(300);
    expect(await within(1_000, async () => dropped.includes(tenant.id))).toBe(true);
    drop.mockRestore();
    expect(keys.holds(tenant.id)).toBe(false);
  });

  it('are forgotten by all before a purge destroys them', async () => {
    const tenant = await warmTenant();
    const { keys: store } = one.foundation.tools;
    const heldAtDestruction: boolean[] = [];
    const destroy = jest.spyOn(store, 'destroy');
    const original = Object.getPrototypeOf(store).destroy as typeof store.destroy;
    destroy.mockImplementation(async (id) => {
      heldAtDestruction.push(...holders(id));
      return original.call(store, id);
    });

    await act(tenant.id, 'close', { graceDays: 0 });

    expect(await within(10_000, async () => (await closureOf(tenant.id)).status === 'purged')).toBe(
      true,
    );
    destroy.mockRestore();
    expect(heldAtDestruction).toEqual([false, false]);
    const { steps, evidence } = await closureOf(tenant.id);
    expect(steps.slice(0, 3)).toEqual(['end-sessions', 'forget-keys', 'destroy-keys']);
    expect(evidence).toEqual(
      expect.arrayContaining([
        { where: 'keys', found: 0 },
        { where: 'secrets', found: 0 },
      ]),
    );
  });

  it('wait for a process that stands still, not for ever, and it has forgotten them when it goes on', async () => {
    const { dataDir, catalogDatabase, sharedDatabase } = one.config;
    const other = await OtherProcess.start({
      config: {
        dataDir,
        catalogDatabase,
        sharedDatabase,
        port: 0,
        role: 'api',
        logLevel: 'silent',
        stockDatabases: 0,
        stockSchemas: 0,
      },
      databaseUrl: controlUrl(),
      adminToken: ADMIN_TOKEN,
    });
    try {
      const tenant = await warmTenant();
      await callApi(other.url, 'GET', '/v1/tenant', { key: tenant.key });
      expect(await other.keysHeld()).toBe(1);
      other.standStill();

      await act(tenant.id, 'close', { graceDays: 0 });

      const begun = async () => (await closureOf(tenant.id)).steps.includes('end-sessions');
      expect(await within(10_000, begun)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      expect((await closureOf(tenant.id)).steps).toEqual(['end-sessions']);
      expect(await one.foundation.tools.keys.find(tenant.id)).not.toBeNull();

      const purged = async () => (await closureOf(tenant.id)).status === 'purged';
      expect(await within(15_000, purged)).toBe(true);
      expect(await one.foundation.tools.keys.find(tenant.id)).toBeNull();

      other.goOn();
      expect(await within(3_000, async () => (await other.keysHeld()) === 0)).toBe(true);
      const refused = await callApi(other.url, 'GET', '/v1/tenant', { key: tenant.key });
      expect(refused.status).toBe(401);
      // It is a process like any other again.
      const next = await one.signUp({ isolation: 'schema' });
      const served = await callApi(other.url, 'GET', '/v1/tenant', { key: next.key });
      expect(served.body.id).toBe(next.id);
    } finally {
      await other.stop();
    }
  });
});

async function closureOf(tenantId: string) {
  const [row] = await one.look<{ status: string; steps: string[]; evidence: object[] }>(
    one.config.catalogDatabase,
    `SELECT status, evidence,
        ARRAY(SELECT s ->> 'step' FROM jsonb_array_elements(steps) s) AS steps
       FROM closures WHERE tenant_id = $1`,
    [tenantId],
  );
  if (row === undefined) throw new Error('It was never closed.');
  return row;
}

describe('a shutdown', () => {
  it('lets the signups it took in finish, refuses the others, and loses none', async () => {
    const leaving = await startSecond(one);
    const signups = Array.from({ length: 8 }, (_, at) =>
      callApi(leaving.url, 'POST', '/v1/signup', {
        body: {
          organization: `Leaving ${at}`,
          isolation: 'schema',
          owner: {
            name: 'L',
            email: `leaving${at}@example.com`,
            password: 'correct horse battery',
          },
        },
      }).then(
        (answer) => (answer.status === 201 ? (answer.body.tenant.id as string) : answer.status),
        () => 'refused',
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 15));
    await leaving.stop();
    const outcomes = await Promise.all(signups);
    const opened = outcomes.filter((it) => typeof it === 'string' && it.startsWith('tnt_'));
    for (const outcome of outcomes) {
      expect(opened.includes(outcome) || outcome === 'refused' || outcome === 503).toBe(true);
    }
    const rows = await one.look<{ id: string }>(
      one.config.catalogDatabase,
      `SELECT t.id FROM tenants t JOIN sign_ins s ON s.tenant_id = t.id
        WHERE t.status = 'active' AND t.id = ANY($1)`,
      [opened],
    );
    expect(rows).toHaveLength(opened.length);
    const unfinished = await one.look(
      one.config.catalogDatabase,
      `SELECT id FROM tenants WHERE status = 'provisioning'`,
    );
    expect(unfinished).toEqual([]);
  });
});
