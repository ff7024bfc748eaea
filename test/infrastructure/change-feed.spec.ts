import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client, Pool } from 'pg';
import {
  announce,
  type Change,
  ChangeFeed,
} from '../../src/infrastructure/postgres/change-feed.js';
import { DatabaseServer } from '../../src/infrastructure/postgres/database-server.js';
import type { RunStatement } from '../../src/infrastructure/postgres/heartbeat.js';
import { newTenantId } from '../../src/kernel/ids.js';
import { Secret } from '../../src/kernel/secret.js';
import { runSql } from '../support/temp-servers.js';
import {
  controlUrl,
  createTestCatalogNames,
  databaseUrl,
  dropDatabases,
  openPool,
} from '../support/test-postgres.js';

const { catalogDatabase } = createTestCatalogNames();
const tenantId = newTenantId();

let server: DatabaseServer;
let pool: Pool;
/** The connections that feeds have made, newest last. */
const made: Client[] = [];
const feeds: ChangeFeed[] = [];

const run: RunStatement = async <Row extends object>(text: string, values: unknown[]) =>
  (await pool.query<Row>(text, values)).rows;

beforeAll(async () => {
  server = new DatabaseServer(new Secret(controlUrl()));
  await runSql(controlUrl(), `CREATE DATABASE ${catalogDatabase}`);
  pool = openPool({ connectionString: databaseUrl(controlUrl(), catalogDatabase), max: 4 });
});

afterEach(async () => {
  for (const feed of feeds.splice(0)) await feed.close();
  made.splice(0);
});

afterAll(async () => {
  await pool?.end();
  await dropDatabases(catalogDatabase);
});

async function connect(): Promise<Client> {
  const client = await server.connect(catalogDatabase);
  made.push(client);
  return client;
}

/** @param say how its own beats are sent */
async function startFeed(say: RunStatement = run) {
  const feed = new ChangeFeed(connect, say);
  feeds.push(feed);
  const heard: Change[] = [];
  const gaps: number[] = [];
  feed.on('change', (change) => heard.push(change));
  feed.on('gap', () => gaps.push(performance.now()));
  const started = feed.start();
  return { feed, heard, gaps, started };
}

async function until(holds: () => boolean, ms = 30_000): Promise<void> {
  const giveUpAt = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error('It did not come to be.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a change feed', () => {
  it('is trusted once a beat of its own has come back', async () => {
    const { feed, gaps, started, heard } = await startFeed();
    expect(feed.live).toBe(false);
    await started;
    expect([feed.live, gaps.length]).toEqual([true, 1]);
    await announce({ query: run }, { kind: 'tenant', tenantId });
    await until(() => heard.length === 1);
    expect(heard).toEqual([{ kind: 'tenant', tenantId }]);
  });

  it('passes over what is no change, and goes on', async () => {
    const { feed, heard, gaps, started } = await startFeed();
    await started;
    const strange = ['', 'null', '7', '"tenant"', '[]', '{', '{"kind":"toString"}', '{"kind":7}'];
    strange.push('{"kind":"tenant"}', '{"kind":"tenant","tenantId":7}', '{"kind":"of-tomorrow"}');
    for (const payload of strange)
      await run('SELECT pg_notify($1, $2)', ['numoon_changes', payload]);
    await announce({ query: run }, { kind: 'stock' });
    await until(() => heard.length === 1);
    expect(heard).toEqual([{ kind: 'stock' }]);
    expect([feed.live, gaps.length, made.length]).toEqual([true, 1, 1]);
  });

  it('counts a listener that fails as a gap, since others have not heard it', async () => {
    const { feed, gaps, started } = await startFeed();
    await started;
    feed.once('change', () => {
      throw new Error('a listener');
    });
    await announce({ query: run }, { kind: 'stock' });
    await until(() => gaps.length === 3);
    expect([feed.live, made.length]).toEqual([true, 2]);
  });

  it('is not trusted while its connection stands and nothing arrives, connects anew, and comes back', async () => {
    const way = { open: true };
    const say: RunStatement = (text, values) =>
      way.open ? run(text, values) : run('SELECT 1', []);
    // Beside it one whose beats are late: that is old news, and no reason to connect anew.
    let late = 0;
    const slow = await startFeed(async (text, values) => {
      late += 1;
      if (late > 1) await new Promise((resolve) => setTimeout(resolve, 2_500));
      return run(text, values);
    });
    await slow.started;
    const [slowOne] = made.splice(0);
    const { feed, gaps, started } = await startFeed(say);
    await started;

    way.open = false;
    const deafAt = performance.now();
    await until(() => !feed.live);
    expect(performance.now() - deafAt).toBeLessThan(6_000);
    await until(() => made.length === 2);
    expect([feed.live, gaps.length]).toEqual([false, 2]);
    way.open = true;
    await until(() => feed.live);

    expect(made.length).toBeLessThanOrEqual(3);
    expect(late).toBeGreaterThanOrEqual(2);
    expect([slow.gaps.length, made.includes(slowOne as Client)]).toEqual([1, false]);
  });
});
