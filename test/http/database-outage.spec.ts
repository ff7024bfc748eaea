import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/infrastructure/embedded-postgres/start-embedded-postgres.js';
import { loadConfig } from '../../config/load.js';
import { runServer, type RunningServer } from '../../src/entry/composition/run-server.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { Secret } from '../../src/kernel/secret.js';
import { ADMIN_TOKEN, callApi } from '../support/test-app.js';

/** A server of its own: the run's server must not be stopped under the other files. */
let folder: string;
let postgres: EmbeddedPostgres;
let server: RunningServer;
let key: string;

const call = (method: string, path: string, options = {}) =>
  callApi(server.url, method, path, options);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'numoon-outage-'));
  // Open to the server's own account: else, as root, the cluster would lie elsewhere and stay there.
  await chmod(folder, 0o755);
  postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
  server = await runServer({
    config: loadConfig(
      {},
      {
        port: 0,
        dataDir: join(folder, 'data'),
        stockDatabases: 1,
        stockSchemas: 0,
        logLevel: 'silent',
        sweepSeconds: 1,
      },
    ),
    databaseUrl: new Secret(postgres.controlUrl),
    profile: 'embedded',
    version: '0.0.0-test',
    adminToken: new Secret(ADMIN_TOKEN),
    logger: createLogger({ level: 'silent' }),
  });
  const made = await call('POST', '/v1/signup', {
    body: {
      organization: 'Outage',
      owner: { name: 'O', email: 'o@example.com', password: 'correct horse battery' },
    },
  });
  key = made.body.apiKey;
});

afterAll(async () => {
  await server.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('while PostgreSQL is down', () => {
  it('answers 503 with Retry-After, and serves again within 10 s of its return without a restart', async () => {
    expect((await call('GET', '/v1/tenant', { key })).status).toBe(200);
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
    expect((await call('GET', '/readyz')).body.code).toBe('not_ready');

    postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), port });
    const back = Date.now();
    let answer = await call('GET', '/v1/tenant', { key });
    while (answer.status !== 200 && Date.now() - back < 10_000) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      answer = await call('GET', '/v1/tenant', { key });
    }
    expect(answer.status).toBe(200);
    let ready = await call('GET', '/readyz');
    while (ready.status !== 200 && Date.now() - back < 10_000) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      ready = await call('GET', '/readyz');
    }
    expect(ready.status).toBe(200);
    const created = await call('POST', '/v1/signup', {
      body: {
        organization: 'After',
        owner: { name: 'A', email: 'a@example.com', password: 'correct horse battery' },
      },
    });
    expect(created.status).toBe(201);
  });
});
