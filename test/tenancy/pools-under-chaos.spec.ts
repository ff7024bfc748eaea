import { describe, expect, it } from '@jest/globals';
import { TenantPools } from '../../src/tenancy/pools/tenant-pools.js';
import { StubClient, StubServer, stubTenant, turns } from '../support/lifecycle-stub-client.js';
import { seeded } from '../support/seeded.js';

const NOTHING = { tenants: 0, idle: 0, leased: 0, connecting: 0, waiting: 0, draining: 0 };

/** Endings that a caller must expect; anything else is a fault of the pools. */
const EXPECTED = /aborted|connections_exhausted|tenant_drained|refused to connect/;

describe.each([1, 2, 3, 4])('200 tenants with cancels, failures and drains (seed %i)', (seed) => {
  it('never cross, keep the budget and leave nothing behind', async () => {
    const random = seeded(seed);
    const server = new StubServer();
    server.onConnect = async () => {
      await turns(Math.floor(random() * 3));
      if (random() < 0.05) throw new Error('refused to connect');
    };
    const limits = { connections: 24, connectionsPerTenant: 3, waitMs: 5_000, idleMs: 60_000 };
    const pools = new TenantPools(server.connect, limits);
    const tenants = Array.from({ length: 200 }, (_, at) => stubTenant(at));
    const inUse = new Set<StubClient>();
    const held = new Map<string, number>();
    const outcomes = { served: 0, refused: 0 };
    const faults: unknown[] = [];

    async function call(): Promise<void> {
      const tenant = tenants[Math.floor(random() ** 2 * tenants.length)];
      if (tenant === undefined) return;
      const cancel = new AbortController();
      if (random() < 0.2) void turns(Math.floor(random() * 20)).then(() => cancel.abort());
      const { client, release } = await pools.acquire(tenant, cancel.signal);
      const stub = client as unknown as StubClient;
      held.set(tenant.id, (held.get(tenant.id) ?? 0) + 1);
      if (stub.tenantId !== tenant.id) faults.push(`${tenant.id} got ${stub.tenantId}`);
      if (inUse.has(stub)) faults.push('one connection was lent twice');
      if (stub.transaction !== 'I') faults.push('a connection came with a transaction');
      if ((held.get(tenant.id) ?? 0) > limits.connectionsPerTenant) faults.push('over its share');
      inUse.add(stub);
      await turns(Math.floor(random() * 6));
      // Nobody but its borrower may end it: not an eviction, not a sweep.
      const kind = random();
      if (kind < 0.05) stub.breakOff();
      else if (kind < 0.1) stub.transaction = 'T';
      else if (kind < 0.12) stub.readyForQuery = false;
      inUse.delete(stub);
      held.set(tenant.id, (held.get(tenant.id) ?? 0) - 1);
      release(kind > 0.12 && kind < 0.15 ? new Error('in doubt') : undefined);
      outcomes.served += 1;
    }

    await Promise.all(
      Array.from({ length: 150 }, async () => {
        for (let round = 0; round < 60; round += 1) {
          if (random() < 0.01) {
            void pools.drain(tenants[Math.floor(random() * 200)]?.id ?? '', 1_000);
          }
          await call().catch((error: { code?: string; message: string }) => {
            outcomes.refused += 1;
            const what = `${error.code} ${error.message}`;
            if (!EXPECTED.test(what)) faults.push(error);
          });
        }
      }),
    );

    expect(faults).toEqual([]);
    expect(outcomes.served).toBeGreaterThan(5_000);
    expect(outcomes.refused).toBeGreaterThan(100);
    expect(server.mostOpen).toBeLessThanOrEqual(limits.connections);
    // A connection that was opened for somebody who gave up may still be on its way.
    for (let turn = 0; turn < 1_000 && pools.stats().connecting > 0; turn += 1) await turns(1);
    expect(pools.stats()).toMatchObject({ leased: 0, connecting: 0, waiting: 0, draining: 0 });
    expect(pools.stats().idle).toBe(server.open);
    await pools.close();
    expect(pools.stats()).toEqual(NOTHING);
    expect(server.open).toBe(0);
  });
});
