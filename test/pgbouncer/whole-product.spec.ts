import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { RotateLogin } from '../../src/control-plane/keys/rotate-login.js';
import type { RunningServer } from '../../src/entry/composition/run-server.js';
import { Secret } from '../../src/kernel/secret.js';
import { connect } from '../connectors/whole/connect.js';
import { startSandboxedApp, type SandboxedApp } from '../connectors/whole/sandboxed-app.js';
import { findPgBouncer, startPgBouncer, type PgBouncer } from '../support/pgbouncer.js';
import { startSecond } from '../support/second-process.js';
import { ADMIN_TOKEN, callApi, type SignedUp, type TestApp } from '../support/test-app.js';
import { adminUrl, controlUrl, openPool } from '../support/test-postgres.js';

/** Absent on machines with Node alone; NUMOON_TEST_PGBOUNCER names one that is not on the PATH. */
const binary = findPgBouncer();
const behindPgBouncer = binary === null ? describe.skip : describe;

behindPgBouncer('behind PgBouncer in transaction mode', () => {
  let sandboxed: SandboxedApp;
  let one: TestApp;
  /** Another process, behind a PgBouncer that does not translate names, and that was told that it does. */
  let two: RunningServer;
  let pooler: PgBouncer;
  let plain: PgBouncer;

  beforeAll(async () => {
    const databaseDirectUrl = new Secret(controlUrl());
    pooler = await startPgBouncer(binary ?? '', adminUrl());
    plain = await startPgBouncer(binary ?? '', adminUrl(), { maxPreparedStatements: 0 });
    sandboxed = await startSandboxedApp({
      config: { databaseDirectUrl, stockDatabases: 1, stockSchemas: 1, syncHistoryDays: 35 },
      databaseUrl: pooler.through(controlUrl()),
    });
    one = sandboxed.app;
    two = await startSecond(one, { preparedStatements: 'on' }, plain.through(controlUrl()));
  });

  afterAll(async () => {
    await two?.stop();
    await sandboxed?.close();
    await pooler?.stop();
    await plain?.stop();
  });

  const onTwo = (method: string, path: string, options = {}) =>
    callApi(two.url, method, path, options);

  const act = (id: string, verb: string, body: object = {}) =>
    one.call('POST', `/admin/tenants/${id}/${verb}`, { key: ADMIN_TOKEN, body });

  async function close(tenant: SignedUp): Promise<void> {
    const closed = await one.call('POST', '/v1/account/closure', {
      key: tenant.key,
      body: { confirm: tenant.slug, password: tenant.password, graceDays: 0 },
    });
    const status = async () => (await callApi(closed.body.statusUrl, 'GET', '', {})).body.status;
    expect(await within(60_000, async () => (await status()) === 'purged')).toBe(true);
  }

  it.each(['database', 'schema'])('a whole life with isolation %s', async (isolation) => {
    const tenant = await one.signUp({ isolation });
    for (const call of [one.call, onTwo]) {
      const shown = await call('GET', '/v1/tenant', { key: tenant.key });
      expect(shown.body).toMatchObject({ id: tenant.id, isolation, status: 'active' });
    }
    const place = await placeOf(one, tenant.id);
    const clients = await pooler.command('SHOW CLIENTS');
    expect(clients.map(({ user }) => user)).toContain(place.user);
    await close(tenant);
    const doctor = await one.call('GET', '/admin/doctor', { key: ADMIN_TOKEN });
    expect(doctor.body).toMatchObject({ orphans: [], missing: [] });
  });

  it('connects and syncs, and answers with what it read', async () => {
    const tenant = await one.signUp();
    const { id } = await connect(sandboxed, tenant.key, 'stripe', { account: 'main' });
    const run = async () =>
      (await one.call('GET', `/v1/integrations/${id}/runs?limit=1`, { key: tenant.key })).body;
    const isDone = async () => ((await run()).items ?? (await run()).data)?.[0]?.status === 'done';
    expect(await within(120_000, isDone, 250)).toBe(true);
    const query = `/v1/metrics/query?metric=payments.gross_volume&from=${day(30)}&to=${day(0)}&granularity=day`;
    for (const call of [one.call, onTwo]) {
      const { status, body } = await call('GET', query, { key: tenant.key });
      expect([status, body.series.length > 0]).toEqual([200, true]);
    }
  });

  it('two processes obey within 5 s: suspended, resumed, a key revoked, closed', async () => {
    const tenant = await one.signUp({ isolation: 'schema' });
    const codeOnTwo = async (method: string, path: string, body?: object, key = tenant.key) =>
      (await onTwo(method, path, { key, ...(body === undefined ? {} : { body }) })).body.code;
    const obeys = (code: string | undefined, ask: () => Promise<unknown>) =>
      within(5_000, async () => (await ask()) === code);
    expect(await codeOnTwo('GET', '/v1/me')).toBeUndefined();

    await act(tenant.id, 'suspend');
    expect(await obeys('tenant_suspended', () => codeOnTwo('GET', '/v1/me'))).toBe(true);
    expect((await one.call('GET', '/v1/me', { key: tenant.key })).body.code).toBe(
      'tenant_suspended',
    );
    await act(tenant.id, 'resume');
    expect(await obeys(undefined, () => codeOnTwo('GET', '/v1/me'))).toBe(true);

    const made = await onTwo('POST', '/v1/api-keys', {
      key: tenant.key,
      body: { name: 'short-lived', role: 'analyst' },
    });
    expect((await one.call('GET', '/v1/me', { key: made.body.key })).status).toBe(200);
    await onTwo('DELETE', `/v1/api-keys/${made.body.id}`, { key: tenant.key });
    const refused = async () => (await one.call('GET', '/v1/me', { key: made.body.key })).status;
    expect(await within(5_000, async () => (await refused()) === 401)).toBe(true);

    await act(tenant.id, 'close');
    const late = () => codeOnTwo('POST', '/v1/api-keys', { name: 'late', role: 'analyst' });
    expect(await obeys('tenant_closing', late)).toBe(true);
  });

  it('changes a login under load without a failed request, and the old role is gone', async () => {
    const tenant = await one.signUp();
    const load = { on: true };
    const answers = new Set<number>();
    const ask = async (call: typeof onTwo): Promise<void> => {
      while (load.on) answers.add((await call('GET', '/v1/tenant', { key: tenant.key })).status);
    };
    // More at once than sessions were made before, so that names meet sessions that do not know them.
    const loads = Promise.all([one.call, onTwo, one.call, onTwo, onTwo, onTwo].map(ask));
    const { user } = await placeOf(one, tenant.id);
    await one.foundation.tenancy.central(() =>
      one.app.get(RotateLogin, { strict: false }).execute(tenant.id),
    );
    await sleep(200);
    load.on = false;
    await loads;
    expect([...answers]).toEqual([200]);
    expect(await one.look('postgres', 'SELECT FROM pg_roles WHERE rolname = $1', [user])).toEqual(
      [],
    );
    expect((await placeOf(one, tenant.id)).user).not.toBe(user);
  });

  it('says a statement again without its name where the session does not know it', async () => {
    const { tenancy, tenantDatabase } = two.foundation;
    const statement = { name: 'of-this-test', text: 'SELECT pg_backend_pid() AS pid' };
    const inTransaction = () =>
      tenantDatabase.transaction((tx) => tx.query<{ pid: number }>(statement));
    for (const way of ['statement', 'transaction'] as const) {
      const tenant = await one.signUp({ isolation: 'schema' });
      const ask = (how: () => Promise<{ pid: number }[]>) =>
        tenancy.run(tenant.id, { kind: 'system', job: 'test.names' }, how);
      const [first] = await ask(() => tenantDatabase.query(statement));
      const own = await loginThrough(plain, tenant.id);
      const client = await own.connect();
      await client.query('BEGIN');
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      // The session that knows the name is taken, so the next is one that does not.
      expect(rows[0]?.pid).toBe(first?.pid);
      if (way === 'transaction') {
        await expect(ask(inTransaction)).rejects.toMatchObject({ code: 'database_unavailable' });
      }
      const how =
        way === 'statement'
          ? () => tenantDatabase.query<{ pid: number }>(statement)
          : inTransaction;
      expect((await ask(how))[0]?.pid).not.toBe(first?.pid);
      await client.query('COMMIT');
      client.release();
      await own.end();
    }
  });

  /** What somebody would do who got hold of the password of a tenant's role. */
  async function loginThrough(way: PgBouncer, tenantId: string): Promise<Pool> {
    const place = await placeOf(one, tenantId);
    const url = new URL(way.through(controlUrl()));
    url.username = place.user;
    url.password = encodeURIComponent(place.password);
    url.pathname = `/${place.database}`;
    return openPool({ connectionString: url.href, max: 1 });
  }

  it.each(['database', 'schema'])(
    'a session that a tenant in a %s left spoilt is its own and leads nowhere else',
    async (isolation) => {
      const [tenant, neighbour] = [
        await one.signUp({ isolation }),
        await one.signUp({ isolation }),
      ];
      const read = async (who: SignedUp) => one.call('GET', '/v1/tenant', { key: who.key });
      for (const who of [tenant, neighbour]) expect((await read(who)).status).toBe(200);
      const place = await placeOf(one, tenant.id);
      const own = await loginThrough(pooler, tenant.id);
      const elsewhere = (await placeOf(one, neighbour.id)).schema;
      const nowhere = ['CREATE SCHEMA mine', 'CREATE TEMP TABLE organization (name text)'];
      nowhere.push(`CREATE FUNCTION pg_temp.now() RETURNS int LANGUAGE sql AS 'SELECT 1'`);
      if (isolation === 'schema') nowhere.push(`SELECT * FROM "${elsewhere}".organization`);
      for (const sql of nowhere)
        await expect(own.query(sql)).rejects.toMatchObject({ code: '42501' });

      await own.query(
        `SET search_path = pg_temp, "${elsewhere === place.schema ? 'nm_none' : elsewhere}"`,
      );
      await own.query('SET default_transaction_read_only = on');
      // Every name that the pooler may have given, for something else.
      for (let at = 1; at <= 20; at += 1) {
        await own.query(`PREPARE "PGBOUNCER_${at}" AS SELECT 'spoilt'`).catch(() => undefined);
      }
      const spoilt = await read(tenant);
      expect(spoilt.status).toBeGreaterThanOrEqual(200);
      expect(JSON.stringify(spoilt.body)).not.toContain(neighbour.slug);
      for (let round = 0; round < 5; round += 1) {
        const { status, body } = await read(neighbour);
        expect([status, body.id]).toEqual([200, neighbour.id]);
      }
      await own.end();
      await pooler.command('RECONNECT');
      expect(await within(10_000, async () => (await read(tenant)).status === 200)).toBe(true);
    },
  );

  it('serves again within 10 s after PgBouncer died, and knows what changed meanwhile', async () => {
    const tenant = await one.signUp({ isolation: 'schema' });
    const other = await one.signUp({ isolation: 'schema' });
    await one.call('GET', '/v1/me', { key: tenant.key });
    const load = { on: true };
    const answers = new Set<string>();
    const opened: string[] = [];
    const ask = async (at: number): Promise<void> => {
      while (load.on) {
        const isSignUp = at === 0 && opened.length < 20;
        const { status, body } = isSignUp
          ? await one.call('POST', '/v1/signup', {
              body: {
                organization: 'Under way',
                isolation: 'schema',
                owner: {
                  name: 'U',
                  email: `u${at}-${performance.now()}@example.com`,
                  password: 'correct horse battery',
                },
              },
            })
          : await one.call('GET', '/v1/tenant', { key: other.key });
        answers.add(`${status} ${body.code ?? ''}`);
        if (status === 201) opened.push(body.apiKey);
      }
    };
    const loads = Promise.all([0, 1, 2, 3].map(ask));
    await until(() => opened.length > 0);
    await pooler.kill();
    const down = await one.call('GET', '/v1/tenant', { key: other.key });
    expect(down.status).toBe(503);
    // Made in a process with another pooler: what this one hears directly, it obeys without any.
    await onTwo('POST', `/admin/tenants/${tenant.id}/suspend`, { key: ADMIN_TOKEN, body: {} });
    await pooler.start();
    const startedAt = performance.now();
    const code = async () => (await one.call('GET', '/v1/me', { key: tenant.key })).body.code;
    expect(await within(10_000, async () => (await code()) === 'tenant_suspended')).toBe(true);
    const ready = async () => (await one.call('GET', '/readyz')).status === 200;
    expect(await within(10_000, ready)).toBe(true);
    expect((await one.call('GET', '/v1/tenant', { key: other.key })).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    load.on = false;
    await loads;
    for (const answer of answers) {
      expect(['200 ', '201 ', '503 database_unavailable']).toContain(answer);
    }
    for (const key of opened) expect((await one.call('GET', '/v1/me', { key })).status).toBe(200);
  });
});

function day(ago: number): string {
  return new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
}

async function placeOf(app: TestApp, tenantId: string) {
  const { tenants, tools } = app.foundation;
  const place = (await tenants.find(tenantId))?.placement;
  if (place == null) throw new Error('It has no place.');
  return {
    database: place.database,
    schema: place.schema,
    user: place.loginRole,
    password: tools.logins.open(tenantId, place.loginRole, place.loginSealed),
  };
}

async function until(holds: () => boolean): Promise<void> {
  expect(await within(30_000, async () => holds())).toBe(true);
}

async function within(ms: number, ask: () => Promise<boolean>, everyMs = 20): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    if (await ask()) return true;
    await sleep(everyMs);
  }
  return false;
}
