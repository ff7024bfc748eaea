import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningServer } from '../../src/entry/composition/run-server.js';
import { startSecond } from '../support/second-process.js';
import { callApi, startTestApp, type TestApp } from '../support/test-app.js';
import { closeAccount, untilTrue, warmUp } from './support/vault-app.js';

/** Two processes over one catalog and one keyring, each with keys of its own in memory. */
let one: TestApp;
let two: RunningServer;

beforeAll(async () => {
  one = await startTestApp({ stockDatabases: 0, stockSchemas: 2 });
  two = await startSecond(one);
});

afterAll(async () => {
  await two?.stop();
  await one?.close();
});

const readOnTwo = (key: string) => callApi(two.url, 'GET', '/v1/tenant', { key });

describe('keys in the memory of another process', () => {
  it('are gone within a second when their tenant is closed, and never come back', async () => {
    const leaving = await one.signUp({ isolation: 'schema' });
    const staying = await one.signUp({ isolation: 'schema' });
    await warmUp(one, leaving);
    for (const { key } of [leaving, staying]) expect((await readOnTwo(key)).status).toBe(200);
    expect(two.foundation.keys.size).toBe(2);

    const statusPath = await closeAccount(one, leaving);
    const closedAt = performance.now();
    await untilTrue(async () => two.foundation.keys.size === 1);
    // A second, and what a machine that stalls puts on top.
    expect(performance.now() - closedAt).toBeLessThan(5_000);

    expect((await readOnTwo(staying.key)).status).toBe(200);
    const status = async () => (await one.call('GET', statusPath)).body.status as string;
    const refused = async () => (await readOnTwo(leaving.key)).status === 401;
    await untilTrue(async () => (await status()) === 'purged' && (await refused()));
    expect(two.foundation.keys.size).toBe(1);
    // Warm again by nobody: what it has is the other tenant's.
    expect((await readOnTwo(staying.key)).status).toBe(200);
    expect(two.foundation.keys.size).toBe(1);
  });

  it('are not brought back by those who go on asking while it is purged', async () => {
    const leaving = await one.signUp({ isolation: 'schema' });
    await warmUp(one, leaving);
    const load = { on: true };
    const statuses = new Set<number>();
    const askers = Array.from({ length: 4 }, async () => {
      while (load.on) statuses.add((await readOnTwo(leaving.key)).status);
    });
    await untilTrue(async () => statuses.has(200));
    const statusPath = await closeAccount(one, leaving);
    const status = async () => (await one.call('GET', statusPath)).body.status as string;
    await untilTrue(async () => (await status()) === 'purged');
    await untilTrue(async () => (await readOnTwo(leaving.key)).status === 401);
    load.on = false;
    await Promise.all(askers);

    // At most the tenant of the test before.
    expect(two.foundation.keys.size).toBeLessThanOrEqual(1);
    const ready = await callApi(two.url, 'GET', '/readyz', {});
    expect(ready.body).toEqual({ status: 'ok', degraded: [] });
    // Each of them was served, or refused for what the account was at that moment.
    expect([...statuses].filter((it) => ![200, 401, 403, 404, 503].includes(it))).toEqual([]);
  });
});
