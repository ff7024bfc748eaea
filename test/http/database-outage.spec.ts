import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { giveConsent } from '../../sandbox/browser/give-consent.js';
import { startSandbox, type Sandbox } from '../../sandbox/start.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/infrastructure/embedded-postgres/start-embedded-postgres.js';
import { loadConfig } from '../../config/load.js';
import { runServer, type RunningServer } from '../../src/entry/composition/run-server.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { Secret } from '../../src/kernel/secret.js';
import { findDisagreements } from '../support/invariants.js';
import { runSql } from '../support/temp-servers.js';
import { ADMIN_TOKEN, callApi } from '../support/test-app.js';
import { OutageLoad } from './support/outage-load.js';

/** How soon everything answers again after the server does; beside what this machine needs for it anyway. */
const RECOVERY_MS = 10_000;

/** A server of its own: the run's server must not be stopped under the other files. */
let folder: string;
let sandbox: Sandbox;
let postgres: EmbeddedPostgres;
let server: RunningServer;
let owner: { id: string; key: string };
let integrationId: string;
let newcomers = 0;
/** What the log calls a fault of ours; an outage is none. */
const faults: string[] = [];

/** Of requests only: a sync that cannot be run is told as an error too, and is run later. */
function noteFault(line: string): void {
  if (line.includes('"route":')) faults.push(line);
}

const call = (method: string, path: string, options = {}) =>
  callApi(server.url, method, path, options);

/** Asks for it, because failures put it off; and what became of the last ones. */
async function syncOnce(): Promise<{ status: string; endedAt: string }[]> {
  const path = `/v1/integrations/${integrationId}`;
  await call('POST', `${path}/sync`, { key: owner.key, body: {} });
  const { body } = await call('GET', `${path}/runs?limit=5`, { key: owner.key });
  return body.items;
}

/** Whether the server takes connections. */
const isUp = () =>
  runSql(postgres.adminUrl, 'SELECT 1').then(
    () => true,
    () => false,
  );

/** Of somebody new. @returns the status */
async function signUp(): Promise<number> {
  newcomers += 1;
  const { status } = await call('POST', '/v1/signup', {
    body: {
      organization: 'Newcomers',
      owner: {
        name: 'N',
        email: `n${newcomers}@example.com`,
        password: 'correct horse battery',
      },
    },
  });
  return status;
}

/** Until it is so; the last answer of `look` tells what is not. */
async function eventually<T>(
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
  withinMs: number,
): Promise<T> {
  const until = performance.now() + withinMs;
  let seen = await look();
  while (!isSo(seen) && performance.now() < until) {
    await sleep(100);
    seen = await look();
  }
  return seen;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'numoon-outage-'));
  // Open to the server's own account: else, as root, the cluster would lie elsewhere and stay there.
  await chmod(folder, 0o755);
  postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
  sandbox = await startSandbox();
  const stripe = sandbox.settings.get('stripe');
  if (stripe === undefined) throw new Error('The sandbox has no such provider.');
  const app = {
    baseUrl: stripe.baseUrl,
    clientId: stripe.clientId,
    clientSecret: new Secret(stripe.clientSecret),
    webhookSecrets: stripe.webhookSecrets.map((secret) => new Secret(secret)),
  };
  server = await runServer({
    config: loadConfig(
      {},
      {
        port: 0,
        dataDir: join(folder, 'data'),
        stockDatabases: 1,
        stockSchemas: 1,
        logLevel: 'silent',
        sweepSeconds: 1,
        signupsPerAddressHour: 10_000,
        tenantRequestsPerSecond: 10_000,
        addressRequestsPerSecond: 10_000,
        syncHistoryDays: 10,
        leaseSeconds: 30,
        providers: new Map([['stripe', app]]),
      },
    ),
    databaseUrl: new Secret(postgres.controlUrl),
    profile: 'embedded',
    version: '0.0.0-test',
    adminToken: new Secret(ADMIN_TOKEN),
    logger: createLogger({ level: 'error', stream: { write: noteFault } }),
  });
  const made = await call('POST', '/v1/signup', {
    body: {
      organization: 'Outage',
      owner: { name: 'O', email: 'o@example.com', password: 'correct horse battery' },
    },
  });
  owner = { id: made.body.tenant.id, key: made.body.apiKey };
  const begun = await call('POST', '/v1/integrations', {
    key: owner.key,
    body: { provider: 'stripe' },
  });
  expect(await giveConsent(String(begun.body.authorizeUrl))).toBeNull();
  integrationId = begun.body.id;
});

afterAll(async () => {
  await server?.stop();
  await sandbox?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('while PostgreSQL is down', () => {
  it('answers 503 with Retry-After, and serves again within 10 s of its return without a restart', async () => {
    const { key } = owner;
    const asked = performance.now();
    for (const path of ['/v1/tenant', '/readyz']) {
      expect((await call('GET', path, { key })).status).toBe(200);
    }
    expect(await signUp()).toBe(201);
    const usual = performance.now() - asked;
    const port = postgres.port;
    await postgres.stop();

    for (const [method, path, options] of [
      ['GET', '/v1/tenant', { key }],
      ['GET', '/admin/tenants', { key: ADMIN_TOKEN }],
      [
        'POST',
        '/v1/signup',
        {
          body: {
            organization: 'Late',
            owner: { name: 'L', email: 'l@example.com', password: 'correct horse battery' },
          },
        },
      ],
    ] as const) {
      const answer = await call(method, path, options);
      expect([path, answer.status]).toEqual([path, 503]);
      expect(answer.body.code).toMatch(/^(database|rate_limit)_unavailable$/);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(JSON.stringify(answer.body)).not.toMatch(/ECONN|127\.0\.0\.1|stack/);
    }
    expect((await call('GET', '/healthz')).status).toBe(200);
    // It looks once a second, and may have looked just before.
    const codeOfReadiness = async () => (await call('GET', '/readyz')).body.code;
    const code = await eventually(codeOfReadiness, (seen) => seen !== undefined, 10_000);
    expect(code).toBe('not_ready');

    postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), port });
    const back = performance.now();
    for (const path of ['/v1/tenant', '/readyz']) {
      const left = RECOVERY_MS + 4 * usual - (performance.now() - back);
      const look = () => call('GET', path, { key }).then(({ status }) => status);
      expect([path, await eventually(look, (status) => status === 200, left)]).toEqual([path, 200]);
    }
    const left = RECOVERY_MS + 4 * usual - (performance.now() - back);
    expect(await eventually(signUp, (status) => status === 201, left)).toBe(201);
  });
});

describe('under signups, closures, syncs, rotations and queries, the process lives', () => {
  let load: OutageLoad;

  beforeAll(async () => {
    load = new OutageLoad(call, owner, integrationId);
    load.start();
    await load.allAnswered(60_000);
  });

  it.each([
    ['restarted (fast)', 'SIGINT'],
    ['restarted (immediate)', 'SIGQUIT'],
    ['killed', 'SIGKILL'],
  ] as const)(
    'and all is answered within 10 s after PostgreSQL was %s',
    async (_, signal) => {
      const usual = await load.allAnswered(120_000);
      const before = postgres.pid;
      process.kill(before, signal);
      await eventually(
        async () => postgres.pid,
        (pid) => pid !== before,
        60_000,
      );
      expect(await eventually(isUp, Boolean, 60_000)).toBe(true);
      await load.allAnswered(RECOVERY_MS + 4 * usual);
    },
    300_000,
  );

  it('and all is answered within 10 s after every session was ended, five times over', async () => {
    const usual = await load.allAnswered(120_000);
    for (let round = 0; round < 5; round += 1) {
      await runSql(
        postgres.adminUrl,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
      );
      await sleep(150);
    }
    await load.allAnswered(RECOVERY_MS + 4 * usual);
  }, 300_000);

  it('and nothing is lost that was answered', async () => {
    await load.stop();
    const stoppedAt = new Date().toISOString();
    expect({ unexpected: load.unexpected, faults }).toEqual({ unexpected: [], faults: [] });
    expect(load.refused).toBeGreaterThan(0);
    const open = load.accounts.filter(({ id }) => !load.closed.has(id));
    for (const key of [...open.map((account) => account.key), ...load.keys]) {
      expect((await call('GET', '/v1/tenant', { key })).status).toBe(200);
    }
    for (const id of load.closed) {
      const look = () =>
        call('GET', `/admin/tenants/${id}`, { key: ADMIN_TOKEN }).then(({ body }) => body.status);
      expect(await eventually(look, (status) => status === 'purged', 60_000)).toBe('purged');
    }
    const runs = await eventually(
      syncOnce,
      (seen) => seen.some((run) => run.status === 'done' && run.endedAt > stoppedAt),
      120_000,
    );
    expect(runs).toContainEqual(expect.objectContaining({ status: 'done' }));
    const { config } = server.foundation;
    // What was broken off is undone by the sweep when its lease is over.
    const wrong = await eventually(
      () =>
        findDisagreements({
          controlUrl: postgres.adminUrl,
          catalogDatabase: config.catalogDatabase,
          sharedDatabase: config.sharedDatabase,
          storeDir: join(folder, 'data', 'keyring'),
        }),
      (disagreements) => disagreements.length === 0,
      75_000,
    );
    expect(wrong).toEqual([]);
  }, 240_000);
});
