import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { withOwnVault } from '../infrastructure/vault/real-vault.js';
import type { SignedUp } from '../support/test-app.js';
import type { Mood } from './support/moody-proxy.js';
import {
  coolDown,
  read,
  rename,
  startVaultApp,
  timed,
  untilTrue,
  warmUp,
  type VaultApp,
} from './support/vault-app.js';

/** Two attempts that time out and a half, the question after its health, and the rest of a request. */
const LONGEST_MS = 7_500;

const CASES: { what: string; mood: Mood; code: string }[] = [
  {
    what: 'takes five seconds for an answer',
    mood: { kind: 'slow', ms: 5_000 },
    code: 'vault_slow',
  },
  // As it is with a blocked audit device: every request waits for its line in the audit log.
  { what: 'takes requests and never answers', mood: { kind: 'hanging' }, code: 'vault_slow' },
  { what: 'cannot be reached', mood: { kind: 'refusing' }, code: 'vault_unreachable' },
  {
    what: 'denies',
    mood: { kind: 'answering', status: 403, body: { errors: ['permission denied'] } },
    code: 'vault_denied',
  },
  {
    what: 'fails to write its audit log',
    mood: {
      kind: 'answering',
      status: 500,
      body: {
        errors: ['1 error occurred:\n\t* no audit backend succeeded in logging the request'],
      },
    },
    code: 'vault_failing',
  },
];

withOwnVault('a Vault that', () => {
  let on: VaultApp;
  let warm: SignedUp;
  let cold: SignedUp;

  beforeAll(async () => {
    on = await startVaultApp({ stockDatabases: 0, stockSchemas: 2 });
    warm = await on.app.signUp({ isolation: 'schema' });
    cold = await on.app.signUp({ isolation: 'schema' });
  });

  afterEach(() => goesOnWithin(10_000), 40_000);

  afterAll(() => on?.close());

  async function goesOnWithin(ms: number): Promise<void> {
    on.proxy.mood = { kind: 'passing' };
    const isBack = async () => {
      on.app.foundation.keys.drop(cold.id);
      return (await read(on.app, cold)).status === 200;
    };
    expect(await untilTrue(isBack)).toBeLessThan(ms);
  }

  const unwraps = () =>
    on.proxy.asked.filter((path) => path.includes(`/decrypt/${cold.id}`)).length;

  it.each(CASES)(
    '$what: a cold tenant is told $code in time; a warm one keeps its speed and its connections',
    async ({ mood, code }) => {
      const { app, proxy } = on;
      await warmUp(app, warm);
      await coolDown(app, cold);
      proxy.mood = mood;
      const { pools } = app.foundation;

      const waiting = Promise.all(Array.from({ length: 50 }, () => timed(() => read(app, cold))));
      const crowd = { settled: false };
      void waiting.finally(() => (crowd.settled = true));
      const speeds: number[] = [];
      let rounds = 0;
      while (!crowd.settled || rounds < 5) {
        const { result, ms } = await timed(() =>
          rounds % 2 === 0 ? read(app, warm) : rename(app, warm, `Round ${rounds}`),
        );
        expect(result.status).toBe(200);
        speeds.push(ms);
        // Of fifty who wait none holds a connection; ours has just been given back.
        if (rounds > 2) expect(pools.stats()).toMatchObject({ leased: 0, waiting: 0 });
        rounds += 1;
      }

      // Of what Vault does to the others nothing is felt: that would be whole seconds, each time.
      expect(speeds.toSorted((a, b) => a - b)[Math.floor(speeds.length / 2)]).toBeLessThan(500);
      expect(Math.max(...speeds)).toBeLessThan(4_000);

      for (const { result, ms } of await waiting) {
        expect(result).toMatchObject({ status: 503, body: { code } });
        expect(Number(result.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(ms).toBeLessThan(LONGEST_MS);
      }
      const write = await timed(() => rename(app, cold, 'Never Kept'));
      expect(write.result).toMatchObject({ status: 503, body: { code } });
      expect((await app.call('GET', '/readyz')).status).toBe(200);
      await goesOnWithin(10_000);
      expect((await read(app, cold)).body.name).not.toBe('Never Kept');
    },
    40_000,
  );

  it('takes a second: fifty who ask for one cold tenant make one call', async () => {
    const { app, proxy } = on;
    await coolDown(app, cold);
    const before = unwraps();
    proxy.mood = { kind: 'slow', ms: 1_000 };

    const answers = await Promise.all(Array.from({ length: 50 }, () => read(app, cold)));

    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(unwraps() - before).toBe(1);
  });

  it('hangs costs callers nothing once that is known, but for the one that is let through to try', async () => {
    const { app, proxy } = on;
    await coolDown(app, cold);
    proxy.mood = { kind: 'hanging' };
    expect((await read(app, cold)).status).toBe(503);
    const asked = unwraps();

    const answers = [];
    for (let at = 0; at < 40; at += 1) answers.push(await timed(() => read(app, cold)));

    expect(answers.every(({ result }) => result.body.code === 'vault_slow')).toBe(true);
    const slow = answers.filter(({ ms }) => ms > 1_000);
    expect(slow.length).toBeLessThanOrEqual(5);
    expect(unwraps() - asked).toBeLessThanOrEqual(5);
  });

  it('is slow does not let a signup half through', async () => {
    const { app, proxy } = on;
    await untilTrue(async () => (await stock()) === 2);
    proxy.mood = { kind: 'hanging' };
    const { result, ms } = await timed(() =>
      app.call('POST', '/v1/signup', {
        body: {
          organization: 'Half Made',
          owner: { name: 'N', email: 'slow@example.com', password: 'correct horse battery' },
          isolation: 'schema',
        },
      }),
    );
    expect(result).toMatchObject({ status: 503, body: { code: 'vault_slow' } });
    expect(ms).toBeLessThan(2 * LONGEST_MS);
    await goesOnWithin(10_000);
    const unfinished = async () =>
      app.foundation.catalog.query(`SELECT FROM tenants WHERE status = 'provisioning'`);
    await untilTrue(async () => (await unfinished()).length === 0);
  });

  async function stock(): Promise<number> {
    const rows = await on.app.foundation.catalog.query(
      `SELECT FROM ready_placements WHERE state = 'ready'`,
    );
    return rows.length;
  }
});
