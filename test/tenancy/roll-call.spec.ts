import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { announce, ChangeFeed, FEED_NAME } from '../../src/infrastructure/postgres/change-feed.js';
import { DatabaseServer } from '../../src/infrastructure/postgres/database-server.js';
import type { RunStatement } from '../../src/infrastructure/postgres/heartbeat.js';
import { RollCall } from '../../src/infrastructure/postgres/roll-call.js';
import { newTenantId } from '../../src/kernel/ids.js';
import { Secret } from '../../src/kernel/secret.js';
import { runSql } from '../support/temp-servers.js';
import {
  adminUrl,
  controlUrl,
  createTestCatalogNames,
  dropDatabases,
} from '../support/test-postgres.js';

const { catalogDatabase } = createTestCatalogNames();
const tenantId = newTenantId();

let server: DatabaseServer;
let pool: Pool;
let run: RunStatement;
const open: Process[] = [];

beforeAll(async () => {
  server = new DatabaseServer(new Secret(controlUrl()));
  await runSql(controlUrl(), `CREATE DATABASE ${catalogDatabase}`);
  pool = server.openPool(catalogDatabase, { max: 4 });
  run = async <Row extends object>(text: string, values: unknown[]) =>
    (await pool.query<Row>(text, values)).rows;
});

afterEach(async () => {
  for (const process of open.splice(0)) await process.feed.close();
});

afterAll(async () => {
  await pool?.end();
  await dropDatabases(catalogDatabase);
});

/** What a process of NuMoon is to a roll call: a feed, and whether it answers. */
interface Process {
  feed: ChangeFeed;
  rollCall: RollCall;
  forgotten: string[];
  gaps: number;
}

async function startProcess(answers = true): Promise<Process> {
  const feed = new ChangeFeed(() => server.connect(catalogDatabase), run);
  const process: Process = { feed, rollCall: new RollCall(run, feed), forgotten: [], gaps: 0 };
  feed.on('change', (change) => {
    if (change.kind !== 'forget' || !answers) return;
    process.forgotten.push(change.tenantId);
    void announce({ query: run }, { kind: 'forgotten', ask: change.ask, process: feed.processId });
  });
  await feed.start();
  // The first news of a feed is that there was none before.
  feed.on('gap', () => (process.gaps += 1));
  open.push(process);
  return process;
}

async function timed<T>(work: Promise<T>): Promise<{ outcome: T; ms: number }> {
  const startedAt = performance.now();
  const outcome = await work;
  return { outcome, ms: performance.now() - startedAt };
}

const ids = (...processes: Process[]): string[] =>
  processes.map(({ feed }) => feed.processId).toSorted();

async function until(holds: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const giveUpAt = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error('It did not come to be.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a roll call', () => {
  it('is over as soon as everybody has answered, who asks too', async () => {
    const [one, two, three] = [await startProcess(), await startProcess(), await startProcess()];

    const { outcome, ms } = await timed(one.rollCall.ask(tenantId, 20_000));

    expect({ ...outcome, answered: outcome.answered.toSorted() }).toEqual({
      answered: ids(one, two, three),
      cutOff: [],
    });
    for (const process of [one, two, three]) expect(process.forgotten).toEqual([tenantId]);
    expect(ms).toBeLessThan(10_000);
  });

  it('cuts off a process that keeps silent, which then knows that it missed something', async () => {
    const [one, silent] = [await startProcess(), await startProcess(false)];
    let liveAtGap: boolean | undefined;
    silent.feed.once('gap', () => (liveAtGap = silent.feed.live));

    const { outcome, ms } = await timed(one.rollCall.ask(tenantId, 1_500));

    expect(outcome).toEqual({ answered: ids(one), cutOff: ids(silent) });
    expect(ms).toBeGreaterThanOrEqual(1_500);
    expect(ms).toBeLessThan(10_000);
    await until(() => silent.gaps > 0);
    expect(liveAtGap).toBe(false);
    expect(one.gaps).toBe(0);
    // It comes back as one that has forgotten everything, and is asked like any other.
    await until(() => silent.feed.live);
    const again = await one.rollCall.ask(tenantId, 1_000);
    expect(again.cutOff).toEqual(ids(silent));
  });

  it('does not wait for a process that ends meanwhile', async () => {
    const [one, leaving] = [await startProcess(), await startProcess(false)];
    setTimeout(() => void leaving.feed.close(), 150);

    const { outcome, ms } = await timed(one.rollCall.ask(tenantId, 10_000));

    expect(outcome).toEqual({ answered: ids(one), cutOff: [] });
    expect(ms).toBeLessThan(10_000);
  });

  it('asks a process that came before it, however young, and no other database', async () => {
    const one = await startProcess();
    const elsewhere = new ChangeFeed(
      () => server.connect('postgres'),
      (text, values) =>
        server.withConnection(
          'postgres',
          async (on) => (await on.query(text, values)).rows as never,
        ),
    );
    await elsewhere.start();
    const young = await startProcess();

    const { outcome } = await timed(one.rollCall.ask(tenantId, 20_000));

    expect(outcome.answered.toSorted()).toEqual(ids(one, young));
    expect(outcome.cutOff).toEqual([]);
    expect(elsewhere.live).toBe(true);
    await elsewhere.close();
  });

  it('hears only answers to itself', async () => {
    const [one, silent] = [await startProcess(), await startProcess(false)];
    silent.feed.on('change', (change) => {
      if (change.kind !== 'forget') return;
      const process = silent.feed.processId;
      void announce({ query: run }, { kind: 'forgotten', ask: 'ask_another', process });
    });

    const outcome = await one.rollCall.ask(tenantId, 1_500);

    expect(outcome).toEqual({ answered: ids(one), cutOff: ids(silent) });
  });

  it('of two at once each gets all answers', async () => {
    const [one, two, three] = [await startProcess(), await startProcess(), await startProcess()];
    const other = newTenantId();

    const outcomes = await Promise.all([
      one.rollCall.ask(tenantId, 20_000),
      two.rollCall.ask(other, 20_000),
      two.rollCall.ask(tenantId, 20_000),
    ]);

    for (const outcome of outcomes) {
      expect(outcome.answered.toSorted()).toEqual(ids(one, two, three));
      expect(outcome.cutOff).toEqual([]);
    }
    expect(three.forgotten.toSorted()).toEqual([tenantId, tenantId, other].toSorted());
  });

  it('is refused to a process that could hear no answer, and cuts nobody off', async () => {
    const [one, two] = [await startProcess(), await startProcess(false)];
    await one.feed.close();
    await expect(one.rollCall.ask(tenantId, 1_000)).rejects.toMatchObject({
      code: 'roll_call_deaf',
    });
    expect(two.gaps).toBe(0);
  });

  it('is held anew when the asker went deaf while it waited', async () => {
    const [one, two] = [await startProcess(), await startProcess()];
    const silent = await startProcess(false);
    const asked = one.rollCall.ask(tenantId, 1_500);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await runSql(
      adminUrl(),
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = '${FEED_NAME} ${one.feed.processId}'`,
    );

    expect(await asked).toEqual({
      answered: expect.arrayContaining([one.feed.processId, two.feed.processId]),
      cutOff: [silent.feed.processId],
    });
    expect(two.gaps).toBe(0);
    expect(two.feed.live).toBe(true);
  });

  it('leaves no listener behind', async () => {
    const one = await startProcess();
    const before = [one.feed.listenerCount('change'), one.feed.listenerCount('gap')];
    await one.rollCall.ask(tenantId, 1_000);
    await one.feed.close();
    await one.rollCall.ask(tenantId, 1_000).catch(() => undefined);
    expect([one.feed.listenerCount('change'), one.feed.listenerCount('gap')]).toEqual(before);
  });
});
