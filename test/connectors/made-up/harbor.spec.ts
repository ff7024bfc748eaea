import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { controlUrl } from '../../support/test-postgres.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { connect, synced } from '../whole/connect.js';
import type { SandboxedApp } from '../whole/sandboxed-app.js';
import { differences, shownValues, trueValues } from '../whole/truth.js';
import { connector } from './harbor/connector.js';
import { HarborServer } from './harbor-server.js';

let harbor: HarborServer;
let app: TestApp;
let sandboxed: SandboxedApp;
let key: string;
let id: string;

beforeAll(async () => {
  harbor = await HarborServer.start();
  app = await startTestApp(
    {
      providers: new Map([['harbor', harbor.settings]]),
      tenantRequestsPerSecond: 10_000,
      addressRequestsPerSecond: 10_000,
      syncHistoryDays: 62,
    },
    controlUrl(),
    { connectorFolders: [join(process.cwd(), 'test/connectors/made-up')] },
  );
  // The helpers of the whole way use nothing else of it.
  sandboxed = { app } as SandboxedApp;
  harbor.register(`${app.url}/oauth/callback/harbor`);
  ({ key } = await app.signUp());
  // The first sync meets refusals, and goes on.
  harbor.storm = 2;
  ({ id } = await connect(sandboxed, key, 'harbor', { choose: '1' }));
  await synced(sandboxed, key, id);
}, 120_000);

afterAll(async () => {
  await app?.close();
  await harbor?.close();
});

const integration = async () => (await app.call('GET', `/v1/integrations/${id}`, { key })).body;

async function eventually<T>(ask: () => Promise<T>, isSo: (found: T) => boolean): Promise<T> {
  const until = Date.now() + 60_000;
  for (;;) {
    const found = await ask();
    if (isSo(found) || Date.now() > until) return found;
    await sleep(200);
  }
}

const lastRun = async () => {
  const { body } = await app.call('GET', `/v1/integrations/${id}/runs?limit=1`, { key });
  return (body.items ?? body.data)[0];
};

/** Until a run that is not this one is through. */
const nextRun = async (before: string) =>
  eventually(lastRun, (run) => run.id !== before && run.status !== 'running');

const shown = async (metric: string, dimensions: readonly string[]) => {
  const depot = harbor.depots[1];
  if (depot === undefined) throw new Error('There is no second depot.');
  const truth = harbor.truth(depot);
  const days = truth.map(({ day }) => day).sort();
  const values = await shownValues(sandboxed, key, {
    metric,
    provider: 'harbor',
    dimensions,
    granularity: 'day',
    from: days[0] ?? '',
    to: days.at(-1) ?? '',
  });
  return { values, truth };
};

describe('a provider that was added from docs/connectors.md alone', () => {
  test('lets the one who connects choose among several accounts', async () => {
    expect(await integration()).toMatchObject({
      provider: 'harbor',
      status: 'active',
      account: { name: 'Depot 42', timeZone: 'Pacific/Auckland' },
    });
  });

  test.each([
    ['parcels.handed', ['service']],
    ['parcels.fees', ['service']],
    ['parcels.waiting', ['size']],
    ['deliveries.count', ['carrier']],
    ['deliveries.count', ['country', 'service']],
    ['deliveries.late', ['carrier']],
    ['deliveries.late', ['country', 'service']],
    ['claims.opened', ['tariff']],
    ['claims.paid', ['tariff']],
  ])('%s by %j is what the provider knows, for every day and currency', async (metric, by) => {
    const { values, truth } = await shown(metric, by);
    expect(differences(values, trueValues(truth, metric, by))).toEqual([]);
    expect(values.size).toBeGreaterThan(0);
  });

  test('makes a share of its parts, in each of the cuts', async () => {
    for (const by of [['carrier'], ['country', 'service']]) {
      const { values, truth } = await shown('deliveries.late_share', by);
      const late = trueValues(truth, 'deliveries.late', by);
      const all = trueValues(truth, 'deliveries.count', by);
      const shares = new Map(
        [...late].map(([at, n]) => [at, Number(((100 * n) / (all.get(at) ?? 0)).toFixed(4))]),
      );
      expect(differences(values, shares)).toEqual([]);
    }
  });

  test('is asked for nothing that it would refuse', () => {
    const refused = harbor.calls.filter(({ status }) => status >= 400 && status !== 429);
    expect(refused).toEqual([]);
    expect(harbor.calls.filter(({ status }) => status === 429)).toHaveLength(2);
  });

  test('reads sooner when it is told of something new, and all days come out as before', async () => {
    const { id: before } = await lastRun();
    const reads = harbor.calls.length;
    const told = { type: 'parcel.handed', depot_number: 42 };
    expect(await harbor.deliver(`${app.url}/webhooks/harbor`, [told])).toBe(200);
    expect(await nextRun(before)).toMatchObject({ status: 'done' });
    expect(harbor.calls.slice(reads).map(({ path }) => path)).toContain(
      '/v2/depots/south-pier/parcels',
    );
    const { values, truth } = await shown('parcels.fees', ['service']);
    expect(differences(values, trueValues(truth, 'parcels.fees', ['service']))).toEqual([]);
  }, 90_000);

  test('changes its tokens when the old ones are refused, also where an answer was lost', async () => {
    for (const lost of [0, 1]) {
      const { id: before } = await lastRun();
      const { refreshes } = harbor.grants;
      harbor.endAccessTokens();
      harbor.lostTokenAnswers = lost;
      await app.call('POST', `/v1/integrations/${id}/sync`, { key });
      expect(await nextRun(before)).toMatchObject({ status: 'done' });
      expect(harbor.grants.refreshes).toBe(refreshes + 1);
      expect(harbor.grants).toMatchObject({ replays: lost, reuses: 0 });
      expect(harbor.lostTokenAnswers).toBe(0);
    }
  }, 150_000);

  test('takes no word of one that does not know the secret', async () => {
    const told = { type: 'fleet.detached', fleet: 'flt_7', at: Math.floor(Date.now() / 1_000) };
    const url = `${app.url}/webhooks/harbor`;
    expect(await harbor.deliver(url, [told], 'another secret')).toBe(401);
    expect(await integration()).toMatchObject({ status: 'active' });
  });

  test('says by itself that access was taken back, by a name that is not the account’s', async () => {
    const told = { type: 'fleet.detached', fleet: 'flt_7', at: Math.floor(Date.now() / 1_000) + 1 };
    expect(await harbor.deliver(`${app.url}/webhooks/harbor`, [told])).toBe(200);
    const after = await eventually(integration, ({ status }) => status !== 'active');
    expect(after).toMatchObject({ status: 'revoked' });
  });

  test('is told when a tenant disconnects it, and accepts nothing from then on', async () => {
    const { id: second } = await connect(sandboxed, key, 'harbor', { choose: '0' });
    const grant = harbor.grants.all.at(-1);
    expect(grant?.ended).toBe(false);
    const answer = await app.call('DELETE', `/v1/integrations/${second}`, { key });
    expect(answer.status).toBeLessThan(300);
    expect(
      await eventually(
        async () => grant?.ended,
        (ended) => ended === true,
      ),
    ).toBe(true);
  });

  test('keeps another consent of the same fleet, which a disconnection has not ended', async () => {
    const { key: another } = await app.signUp();
    const { id: theirs } = await connect(sandboxed, another, 'harbor', { choose: '0' });
    const kept = harbor.grants.all.at(-1);
    const { id: ours } = await connect(sandboxed, key, 'harbor', { choose: '0' });
    const ended = harbor.grants.all.at(-1);
    await app.call('DELETE', `/v1/integrations/${ours}`, { key });
    expect({ ended: ended?.ended, kept: kept?.ended }).toEqual({ ended: true, kept: false });
    await app.call('DELETE', `/v1/integrations/${theirs}`, { key: another });
    expect(kept?.ended).toBe(true);
  }, 60_000);

  test('is known to have ended when an answer says so, though no webhook came', async () => {
    ({ id } = await connect(sandboxed, key, 'harbor', { choose: '0' }));
    await synced(sandboxed, key, id);
    const grant = harbor.grants.all.at(-1);
    if (grant === undefined) throw new Error('There is no grant.');
    grant.ended = true;
    await app.call('POST', `/v1/integrations/${id}/sync`, { key });
    const after = await eventually(integration, ({ status }) => status !== 'active');
    expect(after).toMatchObject({ status: 'revoked' });
  }, 90_000);

  test('has no measure that is not compared here', () => {
    expect(connector.metrics.map(({ key: metric }) => metric)).toHaveLength(8);
  });
});
