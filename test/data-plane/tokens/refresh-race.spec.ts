import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RefreshPoint } from '../../../src/data-plane/tokens/broker-settings.js';
import { HttpClient } from '../../../src/infrastructure/http-client/http-client.js';
import { hasCode } from '../../../src/kernel/app-error.js';
import {
  type ControlPlane,
  openControlPlane,
  type Premises,
} from '../../support/lifecycle-control-plane.js';
import { createPremises, removePremises } from '../../support/lifecycle-premises.js';
import { brokerOn, connectPepper, latch, within } from './support/brokers.js';
import { type RotatingProvider, startRotatingProvider } from './support/rotating-provider.js';

const PROCESSES = 4;
const WORKERS = 32;
const ROTATIONS = 1_000;
const CRASHES = 0.05;
const LOST = 0.05;
const LEASE_MS = 300;
const POINTS: readonly RefreshPoint[] = ['marked', 'answered', 'stored', 'advanced'];

let premises: Premises;
let planes: ControlPlane[];
let provider: RotatingProvider;
const http = new HttpClient();

beforeAll(async () => {
  premises = await createPremises();
  // The limit of the tenant's role is three times the first one's.
  planes = [await openControlPlane(premises, { connectionsPerTenant: 6 })];
  for (let at = 1; at < PROCESSES; at += 1) {
    planes.push(await openControlPlane(premises, { connectionsPerTenant: 4 }));
  }
  provider = await startRotatingProvider({ watched: false });
});

afterAll(async () => {
  for (const plane of planes ?? []) await plane.close();
  await provider?.close();
  await http.close();
  await removePremises(premises);
});

describe('32 workers that want new tokens at the same moment, in a world of crashes and lost answers', () => {
  test('make one provider call a rotation, and lose no connection', async () => {
    const [first] = planes as [ControlPlane];
    const tenant = await first.open('schema');
    const world = {
      crashes: { marked: 0, answered: 0, stored: 0, advanced: 0 },
      lostAnswers: 0,
      /** Workers so slow, for lack of a processor, that another one went on in their place. */
      takenForDead: 0,
    };
    provider.otherwise = () => {
      if (Math.random() >= LOST) return 'as-usual';
      world.lostAnswers += 1;
      return 'lost';
    };
    const begin = brokerOn(first, { url: provider.url, http });
    const id = await within(first, tenant.id, () => connectPepper(begin, provider.first));

    /** Workers between the mark of a version and the end of their refresh of it, the dead left out. */
    const refreshing = new Map<number, Set<object>>();

    /** One life of a worker; ends with its death or with its work. */
    async function live(plane: ControlPlane, from: number): Promise<number> {
      let version = from;
      const me = {};
      const death = latch();
      let crashAt: RefreshPoint | null = null;
      const reached = (point: RefreshPoint): Promise<void> | void => {
        if (point === 'marked') {
          const others = refreshing.get(version) ?? new Set();
          // Whoever marks what another one has marked, and lives, has taken that one for dead.
          if (others.size > 0) world.takenForDead += 1;
          refreshing.set(version, others.add(me));
          crashAt =
            Math.random() < CRASHES ? (POINTS[Math.floor(Math.random() * 4)] ?? null) : null;
        }
        if (point !== crashAt) return undefined;
        refreshing.get(version)?.delete(me);
        world.crashes[point] += 1;
        death.open();
        // The dead do nothing more, not even to say so.
        return new Promise(() => undefined);
      };
      const settings = { leaseMs: LEASE_MS, pollMs: 80, restMs: 20, waitMs: 30_000, reached };
      const { broker } = brokerOn(plane, { url: provider.url, http, settings });
      const working = async (): Promise<void> => {
        for (; version <= ROTATIONS;) {
          const refused = version;
          try {
            version = (await broker.refused(id, version)).version;
          } catch (error) {
            // Both the answer and the one to the replay were lost. A sync comes back later.
            if (!hasCode(error, 'token_refresh_failed')) throw error;
            await sleep(50);
          } finally {
            refreshing.get(refused)?.delete(me);
          }
        }
      };
      await Promise.race([death.opened, working()]);
      return version;
    }

    async function work(plane: ControlPlane): Promise<void> {
      let version = 1;
      while (version <= ROTATIONS) version = await live(plane, version);
    }

    await Promise.all(
      Array.from({ length: WORKERS }, (_, at) => {
        const plane = planes[at % PROCESSES] as ControlPlane;
        return within(plane, tenant.id, () => work(plane));
      }),
    );

    // Nothing was used that was over, and what everybody ends up with is taken.
    expect(provider.lost).toBe(false);
    const last = await within(first, tenant.id, () => begin.broker.refused(id, ROTATIONS));
    expect(provider.takes(last.token.reveal())).toBe(true);
    expect(await within(first, tenant.id, () => begin.integrations.find(id))).toMatchObject({
      status: 'active',
    });
    // One call a rotation; only what was lost on the way was asked for again.
    expect(last.version).toBe(provider.rotations + 1);
    expect(provider.rotations).toBeGreaterThanOrEqual(ROTATIONS);
    expect(provider.calls).toBe(provider.rotations + provider.replays);
    expect(provider.replays).toBeLessThanOrEqual(
      world.crashes.answered + world.lostAnswers + world.takenForDead,
    );
    // The world was as bad as it should be.
    expect(Object.values(world.crashes).reduce((sum, count) => sum + count)).toBeGreaterThan(10);
    expect(world.lostAnswers).toBeGreaterThan(10);
  }, 120_000);
});
