import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Lease } from '../../src/tenancy/pools/lease.js';
import { TenantPools, type PoolLimits } from '../../src/tenancy/pools/tenant-pools.js';
import { StubClient, StubServer, stubTenant, turns } from '../support/lifecycle-stub-client.js';

const A = stubTenant(1);
const B = stubTenant(2);
const NOTHING = { tenants: 0, idle: 0, leased: 0, connecting: 0, waiting: 0, draining: 0 };

let server: StubServer;
let made: TenantPools[];

beforeEach(() => {
  server = new StubServer();
  made = [];
});

/** No leak at the end of any test. */
afterEach(async () => {
  for (const pools of made) {
    await pools.close();
    expect(pools.stats()).toEqual(NOTHING);
  }
  expect(server.open).toBe(0);
});

function poolsOf(limits: Partial<PoolLimits> = {}): TenantPools {
  const pools = new TenantPools(server.connect, {
    connections: 2,
    connectionsPerTenant: 2,
    waitMs: 5_000,
    idleMs: 60_000,
    ...limits,
  });
  made.push(pools);
  return pools;
}

/** Timers that keep this process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

function stubOf(lease: Lease): StubClient {
  return lease.client as unknown as StubClient;
}

describe('a lease', () => {
  it('is given back once; a second time is refused and lends nothing twice', async () => {
    const pools = poolsOf();
    const lease = await pools.acquire(A);
    lease.release();
    expect(() => lease.release()).toThrow('given back twice');

    const again = await pools.acquire(A);
    expect(() => lease.release()).toThrow('given back twice');
    expect(again.client).toBe(lease.client);
    expect(pools.stats()).toMatchObject({ leased: 1, idle: 0 });
    again.release();
  });

  it('is of the same connection while it is clean', async () => {
    const pools = poolsOf();
    const first = await pools.acquire(A);
    first.release();
    const second = await pools.acquire(A);
    expect(second.client).toBe(first.client);
    second.release();
    expect(server.opened).toBe(1);
  });

  it.each([
    ['in an open transaction', (stub: StubClient) => (stub.transaction = 'T')],
    ['in a failed transaction', (stub: StubClient) => (stub.transaction = 'E')],
    ['with a statement still running', (stub: StubClient) => (stub.readyForQuery = false)],
    ['broken', (stub: StubClient) => stub.breakOff()],
  ])('given back %s is not used again', async (_, spoil) => {
    const pools = poolsOf();
    const first = await pools.acquire(A);
    spoil(stubOf(first));
    first.release();
    const second = await pools.acquire(A);
    expect(second.client).not.toBe(first.client);
    expect(stubOf(first).ended).toBe(true);
    second.release();
  });

  it('given back with an error is not used again', async () => {
    const pools = poolsOf();
    const first = await pools.acquire(A);
    first.release(new Error('in doubt'));
    const second = await pools.acquire(A);
    expect(second.client).not.toBe(first.client);
    second.release();
  });

  it('is never taken away for a newcomer, however many wait', async () => {
    const pools = poolsOf({ waitMs: 100 });
    const leases = [await pools.acquire(A), await pools.acquire(A)];
    const refused = await Promise.allSettled([pools.acquire(B), pools.acquire(stubTenant(3))]);
    expect(refused.map((it) => it.status)).toEqual(['rejected', 'rejected']);
    for (const lease of leases) {
      expect(stubOf(lease).ended).toBe(false);
      lease.release();
    }
  });
});

describe('a full budget', () => {
  it('closes the connection idle for longest for a newcomer, before it opens another', async () => {
    const pools = poolsOf();
    const older = await pools.acquire(A);
    const newer = await pools.acquire(B);
    older.release();
    newer.release();

    const newcomer = await pools.acquire(stubTenant(3));

    expect(stubOf(older).ended).toBe(true);
    expect(stubOf(newer).ended).toBe(false);
    expect(server.mostOpen).toBe(2);
    newcomer.release();
  });

  it('answers connections_exhausted after the wait and not before', async () => {
    const pools = poolsOf({ connections: 2, waitMs: 120 });
    const held = [await pools.acquire(A), await pools.acquire(A)];
    const startedAt = performance.now();
    await expect(pools.acquire(B)).rejects.toMatchObject({
      code: 'connections_exhausted',
      fields: { waitedMs: 120 },
    });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(118);
    expect(pools.stats()).toMatchObject({ waiting: 0, tenants: 1 });
    for (const lease of held) lease.release();
  });

  it('stops waiting when its caller gives up, and gives the turn to the next', async () => {
    const pools = poolsOf();
    const held = [await pools.acquire(A), await pools.acquire(A)];
    const cancel = new AbortController();
    const gaveUp = pools.acquire(B, cancel.signal);
    const next = pools.acquire(B);
    cancel.abort(new Error('gone'));
    await expect(gaveUp).rejects.toThrow('gone');
    held[0]?.release(new Error('close it'));
    const lease = await next;
    await expect(pools.acquire(B, AbortSignal.abort(new Error('at once')))).rejects.toThrow(
      'at once',
    );
    lease.release();
    held[1]?.release();
  });

  it('hands the slot of a failed connection to who waits', async () => {
    const pools = poolsOf({ connections: 1, connectionsPerTenant: 1 });
    server.onConnect = (tenant) => {
      if (tenant === A) throw new Error('refused to connect');
    };
    const [failed, served] = await Promise.allSettled([pools.acquire(A), pools.acquire(B)]);
    expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'refused to connect' } });
    if (served.status === 'rejected') throw served.reason;
    served.value.release();
  });

  it('fails each waiter of a tenant that cannot be reached, and none of them waits for ever', async () => {
    const pools = poolsOf();
    server.onConnect = () => {
      throw new Error('refused to connect');
    };
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => pools.acquire(A)));
    expect(answers.filter((it) => it.status === 'rejected')).toHaveLength(50);
    expect(pools.stats()).toEqual(NOTHING);
  });
});

describe('a tenant that floods', () => {
  it('lets another have its turn within a bounded number of its own', async () => {
    const pools = poolsOf({ connections: 2, waitMs: 30_000 });
    let flooded = 0;
    const over = new AbortController();
    const flood = Array.from({ length: 100 }, async () => {
      while (!over.signal.aborted) {
        const lease = await pools.acquire(A);
        await turns(1);
        flooded += 1;
        lease.release();
      }
    });
    await turns(10);
    const waits: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const before = flooded;
      const lease = await pools.acquire(B);
      waits.push(flooded - before);
      await turns(1);
      lease.release();
      // Its connection is idle and may be evicted: it waits for a turn again.
      await turns(5);
    }
    over.abort();
    await Promise.all(flood);
    // 16 turns for each of two connections, and what runs while a connection is opened.
    expect(Math.max(...waits)).toBeLessThanOrEqual(64);
    expect(flooded).toBeGreaterThan(100);
  });

  it('stands behind its own requests: ten others are served in the order they came', async () => {
    const pools = poolsOf({ connections: 1, connectionsPerTenant: 1, waitMs: 30_000 });
    const hold = await pools.acquire(A);
    const order: number[] = [];
    const flood = Array.from({ length: 500 }, async () => {
      const lease = await pools.acquire(A);
      order.push(1);
      lease.release();
    });
    const others = Array.from({ length: 10 }, async (_, at) => {
      const lease = await pools.acquire(stubTenant(10 + at));
      order.push(10 + at);
      lease.release();
    });
    hold.release();
    await Promise.all([...flood, ...others]);
    expect(order.filter((it) => it !== 1)).toEqual(Array.from({ length: 10 }, (_, at) => 10 + at));
    expect(order.lastIndexOf(19)).toBeLessThan(200);
  });
});

describe('a drain', () => {
  it('resolves at once for a tenant without connections', async () => {
    await poolsOf().drain(A.id);
  });

  it('ends idle connections now, waiters at once, and resolves when the last lease is back', async () => {
    const pools = poolsOf({ connections: 2 });
    const lease = await pools.acquire(A);
    const idle = await pools.acquire(A);
    const waiting = pools.acquire(A);
    const refused = expect(waiting).rejects.toMatchObject({ code: 'tenant_drained' });
    let drained = false;
    const drain = pools.drain(A.id).then(() => (drained = true));
    await refused;
    idle.release();
    await turns(3);
    expect(stubOf(idle).ended).toBe(true);
    expect(drained).toBe(false);
    lease.release();
    await drain;
    expect(stubOf(lease).ended).toBe(true);
    expect(pools.stats()).toEqual(NOTHING);
  });

  it('cuts a lease that does not come back in time', async () => {
    const pools = poolsOf();
    const lease = await pools.acquire(A);
    const cut = new Promise((resolve) => stubOf(lease).once('end', resolve));
    const drain = pools.drain(A.id, 50);
    await cut;
    lease.release(new Error('cut'));
    await drain;
  });

  it('resolves for everybody who asks for it', async () => {
    const pools = poolsOf();
    const lease = await pools.acquire(A);
    const drains = Promise.all([pools.drain(A.id), pools.drain(A.id), pools.close()]);
    await turns(2);
    lease.release();
    await drains;
  });

  it('waits for the end of connections being opened, and lends none of them', async () => {
    const pools = poolsOf();
    const door = new EventEmitter();
    server.onConnect = () => once(door, 'open').then(() => undefined);
    const waiting = pools.acquire(A);
    const refused = expect(waiting).rejects.toMatchObject({ code: 'tenant_drained' });
    await turns(3);
    const drain = pools.drain(A.id);
    await refused;
    door.emit('open');
    await drain;
    expect(pools.stats()).toEqual(NOTHING);
    expect(server.open).toBe(0);
  });

  it('touches no other tenant', async () => {
    const pools = poolsOf();
    const mine = await pools.acquire(A);
    const other = await pools.acquire(B);
    const drain = pools.drain(A.id);
    mine.release();
    await drain;
    expect(stubOf(other).ended).toBe(false);
    other.release();
  });

  it('gives a moved tenant a new pool while the old one drains', async () => {
    const pools = poolsOf({ connections: 4 });
    const moved = stubTenant(1, 'nm_new');
    const old = await pools.acquire(A);
    const drain = pools.drainStale(moved);
    const lease = await pools.acquire(moved);
    expect(lease.client).not.toBe(old.client);
    old.release();
    await drain;
    expect(stubOf(old).ended).toBe(true);
    expect(stubOf(lease).ended).toBe(false);
    lease.release();
    const again = await pools.acquire(moved);
    expect(again.client).toBe(lease.client);
    again.release();
  });

  it('refuses nobody who waits at the old place of a tenant that has a new one', async () => {
    const pools = poolsOf({ connections: 4, connectionsPerTenant: 1 });
    const old = await pools.acquire(A);
    const waiting = [pools.acquire(A), pools.acquire(A)];
    const drain = pools.drainStale(stubTenant(1, 'nm_new'));
    old.release();
    await drain;
    for (const lease of waiting) (await lease).release();
    expect(pools.stats().waiting).toBe(0);
  });

  it('hands its slots to tenants that wait', async () => {
    const pools = poolsOf({ connections: 1, connectionsPerTenant: 1 });
    const lease = await pools.acquire(A);
    const other = pools.acquire(B);
    const drain = pools.drain(A.id);
    lease.release();
    await drain;
    (await other).release();
  });
});

describe('closing all', () => {
  it('refuses who waits and who comes later', async () => {
    const pools = poolsOf();
    const leases = [await pools.acquire(A), await pools.acquire(A)];
    const waiting = expect(pools.acquire(B)).rejects.toMatchObject({ code: 'tenant_drained' });
    const closing = pools.close();
    await waiting;
    await expect(pools.acquire(A)).rejects.toMatchObject({ code: 'tenant_drained' });
    for (const lease of leases) lease.release();
    await closing;
  });

  it('leaves no timer of its own', async () => {
    const before = timers();
    const pools = poolsOf({ waitMs: 60_000, connections: 1 });
    const lease = await pools.acquire(A);
    const waiting = pools.acquire(B).catch(() => undefined);
    const closing = pools.close();
    lease.release();
    await Promise.all([closing, waiting]);
    expect(timers()).toBeLessThanOrEqual(before);
  });
});

describe('an idle connection', () => {
  it('is closed after its time', async () => {
    const pools = poolsOf({ idleMs: 100 });
    const lease = await pools.acquire(A);
    const closed = new Promise((resolve) => stubOf(lease).once('end', resolve));
    lease.release();
    // The pools' own timer does not keep a process alive; this one does.
    const alive = setInterval(() => undefined, 50);
    await closed;
    clearInterval(alive);
    await turns(2);
    expect(pools.stats()).toEqual(NOTHING);
  });

  it('that the server ended is forgotten, and the next caller gets a new one', async () => {
    const pools = poolsOf();
    const lease = await pools.acquire(A);
    lease.release();
    stubOf(lease).breakOff();
    const next = await pools.acquire(A);
    expect(next.client).not.toBe(lease.client);
    next.release();
    expect(server.mostOpen).toBeLessThanOrEqual(2);
  });
});
