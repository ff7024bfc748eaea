import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RefreshPoint } from '../../../src/data-plane/tokens/broker-settings.js';
import { HttpClient } from '../../../src/infrastructure/http-client/http-client.js';
import { Secret } from '../../../src/kernel/secret.js';
import type { TenantRecord } from '../../../src/tenancy/tenant-record.js';
import {
  type ControlPlane,
  openControlPlane,
  type Premises,
} from '../../support/lifecycle-control-plane.js';
import { createPremises, removePremises } from '../../support/lifecycle-premises.js';
import { type BrokerOptions, brokerOn, connectPepper, latch, within } from './support/brokers.js';
import { type RotatingProvider, startRotatingProvider } from './support/rotating-provider.js';

/** Short: nothing here refreshes for longer than that, except for who plays dead. */
const LEASE_MS = 400;

let premises: Premises;
let plane: ControlPlane;
let tenant: TenantRecord;
let provider: RotatingProvider;
const http = new HttpClient();

beforeAll(async () => {
  premises = await createPremises();
  plane = await openControlPlane(premises);
  tenant = await plane.open('schema');
});

beforeEach(async () => {
  provider = await startRotatingProvider();
});

afterEach(() => provider.close());

afterAll(async () => {
  await plane?.close();
  await http.close();
  await removePremises(premises);
});

const inTenant = <T>(work: () => Promise<T>): Promise<T> => within(plane, tenant.id, work);

function broker(options: Partial<BrokerOptions> = {}) {
  const settings = { leaseMs: LEASE_MS, ...options.settings };
  return brokerOn(plane, { url: provider.url, http, ...options, settings });
}

/** One that stops for good when it gets there, as a process that is killed. */
function dyingAt(point: RefreshPoint, options: Partial<BrokerOptions> = {}) {
  const death = latch();
  const reached = (at: RefreshPoint) => {
    if (at !== point) return undefined;
    death.open();
    return new Promise<void>(() => undefined);
  };
  return { ...broker({ ...options, settings: { reached } }), dead: death.opened };
}

/** Connects, lets a worker die in the refresh of the first pair, and hands over to the next one. */
async function afterDeathAt(point: RefreshPoint, options: Partial<BrokerOptions> = {}) {
  const dying = dyingAt(point, options);
  const next = broker(options);
  const id = await inTenant(() => connectPepper(next, provider.first));
  void inTenant(() => dying.broker.refused(id, 1));
  await dying.dead;
  return { id, next };
}

describe('a worker that dies', () => {
  test('before it asked the provider leaves a mark, and the next one asks', async () => {
    const { id, next } = await afterDeathAt('marked');

    const access = await inTenant(() => next.broker.refused(id, 1));
    expect(access.version).toBe(2);
    expect(provider.takes(access.token.reveal())).toBe(true);
    expect(provider).toMatchObject({ rotations: 1, replays: 0, lost: false });
  });

  test('with the answer in its hands lets the next one replay the old refresh token', async () => {
    const { id, next } = await afterDeathAt('answered');

    const access = await inTenant(() => next.broker.refused(id, 1));
    expect(access.version).toBe(2);
    expect(provider.takes(access.token.reveal())).toBe(true);
    expect(provider).toMatchObject({ rotations: 1, replays: 1, lost: false });
  });

  test('when the pair is stored leaves it to the next one, which takes it over without a call', async () => {
    const { id, next } = await afterDeathAt('stored');

    const access = await inTenant(() => next.broker.refused(id, 1));
    expect(access.version).toBe(2);
    expect(provider.takes(access.token.reveal())).toBe(true);
    expect(provider).toMatchObject({ rotations: 1, replays: 0, lost: false });
  });

  test('when the row has moved on leaves an old pair behind, which a look after it destroys', async () => {
    const { id, next } = await afterDeathAt('advanced');

    expect(await inTenant(() => next.broker.access(id))).toMatchObject({ version: 2 });
    expect(await inTenant(() => next.store.names(id))).toHaveLength(2);
    await inTenant(() => next.broker.probe(id));
    expect(await inTenant(() => next.store.names(id))).toHaveLength(1);
    expect(provider).toMatchObject({ calls: 1, lost: false });
  });

  test.each(['marked', 'answered', 'stored', 'advanced'] as const)(
    'again and again at the same point (%s) still loses nothing',
    async (point) => {
      const { id, next } = await afterDeathAt(point);
      for (let again = 1; again <= 3; again += 1) {
        const dying = dyingAt(point);
        const { version } = (await inTenant(() => next.grants.find(id))) ?? { version: 0 };
        // One that finds a stored pair takes it over, and lives.
        await Promise.race([dying.dead, inTenant(() => dying.broker.refused(id, version))]);
      }
      const { version } = (await inTenant(() => next.grants.find(id))) ?? { version: 0 };
      const access = await inTenant(() => next.broker.refused(id, version));
      expect(provider.takes(access.token.reveal())).toBe(true);
      expect(provider.lost).toBe(false);
    },
  );

  test('leaves the others the token they have for as long as it lasts', async () => {
    const dying = dyingAt('marked');
    const next = broker();
    const soon = { expiresAt: Date.now() + 60_000 };
    const id = await inTenant(() => connectPepper(next, provider.first, soon));
    // Due by now, and far from over.
    await inTenant(() =>
      plane.database.query({
        text: `UPDATE grants SET issued_at = $2 WHERE integration_id = $1`,
        values: [id, new Date(Date.now() - 3_600_000)],
      }),
    );
    void inTenant(() => dying.broker.access(id));
    await dying.dead;

    const access = await inTenant(() => next.broker.access(id));
    expect(access.version).toBe(1);
    expect(access.token.reveal()).toBe(provider.first.access);
    expect(provider.calls).toBe(0);
  });
});

describe('a worker that only seemed dead', () => {
  test('gives up its pair when another one refreshed in its place', async () => {
    const asleep = latch();
    const wake = latch();
    const slow = broker({
      settings: {
        reached: async (at) => {
          if (at !== 'answered') return;
          asleep.open();
          await wake.opened;
        },
      },
    });
    const next = broker();
    const id = await inTenant(() => connectPepper(next, provider.first));
    const late = inTenant(() => slow.broker.refused(id, 1));
    await asleep.opened;
    const access = await inTenant(() => next.broker.refused(id, 1));
    wake.open();

    // Both end up with the pair that the provider gave last.
    expect((await late).token.reveal()).toBe(access.token.reveal());
    expect(provider.takes(access.token.reveal())).toBe(true);
    expect(await inTenant(() => next.store.names(id))).toHaveLength(1);
    expect(provider.lost).toBe(false);
  });

  test('is the one who has the only pair where no old token can be replayed', async () => {
    await provider.close();
    provider = await startRotatingProvider({ grace: false });
    const refresh = { replayMs: 0 };
    const asleep = latch();
    const wake = latch();
    const slow = broker({
      refresh,
      settings: {
        reached: async (at) => {
          if (at !== 'stored') return;
          asleep.open();
          await wake.opened;
        },
      },
    });
    const next = broker({ refresh });
    const id = await inTenant(() => connectPepper(next, provider.first));
    const late = inTenant(() => slow.broker.refused(id, 1));
    await asleep.opened;
    // The mark is found with its pair: no call.
    const access = await inTenant(() => next.broker.refused(id, 1));
    wake.open();
    expect((await late).token.reveal()).toBe(access.token.reveal());
    expect(provider.takes(access.token.reveal())).toBe(true);
    expect(provider.calls).toBe(1);
  });
});

describe('an answer that is lost', () => {
  test.each(['lost', 'cut-in-half', 'never-answered'] as const)(
    'on the way (%s) is asked for again at once',
    async (mischief) => {
      provider.next = [mischief];
      const parts = broker({ settings: { callMs: 300, leaseMs: 5_000 } });
      const id = await inTenant(() => connectPepper(parts, provider.first));

      const access = await inTenant(() => parts.broker.refused(id, 1));
      expect(access.version).toBe(2);
      expect(provider.takes(access.token.reveal())).toBe(true);
      expect(provider).toMatchObject({ calls: 2, rotations: 1, lost: false });
    },
  );

  test('twice is told as passing, and later replayed', async () => {
    provider.next = ['lost', 'lost'];
    const parts = broker({ settings: { restMs: 1 } });
    const id = await inTenant(() => connectPepper(parts, provider.first));

    await expect(inTenant(() => parts.broker.refused(id, 1))).rejects.toMatchObject({
      code: 'token_refresh_failed',
      fields: { trouble: 'no-answer' },
    });
    await sleep(20);
    const access = await inTenant(() => parts.broker.refused(id, 1));
    expect(provider.takes(access.token.reveal())).toBe(true);
    expect(provider).toMatchObject({ rotations: 1, replays: 2, lost: false });
  });

  test('where no old token can be replayed costs the connection, and not by revocation', async () => {
    await provider.close();
    provider = await startRotatingProvider({ grace: false });
    provider.next = ['lost'];
    const parts = broker({ refresh: { replayMs: 0 } });
    const id = await inTenant(() => connectPepper(parts, provider.first));

    await expect(inTenant(() => parts.broker.refused(id, 1))).rejects.toMatchObject({
      code: 'reconnect_needed',
    });
    expect(provider.calls).toBe(2);
    expect(await inTenant(() => parts.integrations.find(id))).toMatchObject({
      status: 'reconnect',
      problem: { code: 'reconnect_needed' },
    });
    await expect(inTenant(() => parts.broker.access(id))).rejects.toMatchObject({
      code: 'reconnect_needed',
    });
  });

  test('where no old token can be replayed is no loss if the call never arrived', async () => {
    await provider.close();
    provider = await startRotatingProvider({ grace: false });
    provider.next = ['never-answered'];
    const parts = broker({ refresh: { replayMs: 0 }, settings: { callMs: 300, leaseMs: 5_000 } });
    const id = await inTenant(() => connectPepper(parts, provider.first));

    const access = await inTenant(() => parts.broker.refused(id, 1));
    expect(provider.takes(access.token.reveal())).toBe(true);
  });

  test('of a worker that died, where nothing can be replayed, is not taken for a revocation', async () => {
    await provider.close();
    provider = await startRotatingProvider({ grace: false });
    const { id, next } = await afterDeathAt('answered', { refresh: { replayMs: 0 } });

    await expect(inTenant(() => next.broker.refused(id, 1))).rejects.toMatchObject({
      code: 'reconnect_needed',
    });
    expect(await inTenant(() => next.integrations.find(id))).toMatchObject({ status: 'reconnect' });
  });
});

describe('a new consent', () => {
  test('ends a refresh that is under way', async () => {
    const asleep = latch();
    const wake = latch();
    const slow = broker({
      settings: {
        leaseMs: 30_000,
        reached: async (at) => {
          if (at !== 'stored') return;
          asleep.open();
          await wake.opened;
        },
      },
    });
    const id = await inTenant(() => connectPepper(slow, provider.first));
    const late = inTenant(() => slow.broker.refused(id, 1));
    await asleep.opened;
    const again = await startRotatingProvider();
    await inTenant(() =>
      slow.transaction.run((tx) =>
        slow.broker.keep(tx, id, {
          accessToken: new Secret(again.first.access),
          refreshToken: new Secret(again.first.refresh),
          expiresAt: Date.now() + 3_600_000,
          refreshExpiresAt: null,
          scopes: [],
          grant: {},
        }),
      ),
    );
    wake.open();
    expect((await late).token.reveal()).toBe(again.first.access);
    expect((await inTenant(() => slow.broker.access(id))).token.reveal()).toBe(again.first.access);
    await again.close();
  });

  test('is not ended by a refusal of what was before it', async () => {
    const asleep = latch();
    const wake = latch();
    const slow = broker({
      settings: {
        leaseMs: 30_000,
        reached: async (at) => {
          if (at !== 'answered') return;
          asleep.open();
          await wake.opened;
        },
      },
    });
    provider.next = [{ status: 400, body: { error: 'invalid_grant' } }];
    const id = await inTenant(() => connectPepper(slow, provider.first));
    const late = inTenant(() => slow.broker.refused(id, 1));
    await asleep.opened;
    await inTenant(() =>
      slow.transaction.run((tx) =>
        slow.broker.keep(tx, id, {
          accessToken: new Secret('ppr_at_anew'),
          refreshToken: new Secret('ppr_rt_anew'),
          expiresAt: Date.now() + 3_600_000,
          refreshExpiresAt: null,
          scopes: [],
          grant: {},
        }),
      ),
    );
    wake.open();
    expect((await late).token.reveal()).toBe('ppr_at_anew');
    expect(await inTenant(() => slow.integrations.find(id))).toMatchObject({ status: 'active' });
  });
});
