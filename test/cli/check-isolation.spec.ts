import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IsolationReport } from '../../src/entry/cli/isolation/check-isolation.js';
import { checkIsolation } from '../../src/entry/cli/isolation/check-isolation.js';
import {
  createSender,
  type Received,
  type Send,
} from '../../src/entry/cli/isolation/send-request.js';
import { targetUrl } from '../../src/entry/cli/isolation/target-url.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { controlUrl } from '../support/test-postgres.js';
import { jsonOf, resultOf, startCli } from './support/cli.js';

let app: TestApp;
let env: Record<string, string>;
const sender = createSender();

beforeAll(async () => {
  app = await startTestApp({ stockDatabases: 4, stockSchemas: 2, sweepSeconds: 1 });
  env = {
    DATABASE_URL: controlUrl(),
    NUMOON_DATA_DIR: app.config.dataDir,
    NUMOON_CATALOG_DATABASE: app.config.catalogDatabase,
    NUMOON_SHARED_DATABASE: app.config.sharedDatabase,
    NUMOON_STOCK_DATABASES: '0',
    NUMOON_STOCK_SCHEMAS: '0',
    PORT: new URL(app.url).port,
  };
});

afterAll(async () => {
  sender.close();
  await app?.close();
});

const tenantsLeft = async () =>
  (
    await app.look(
      app.config.catalogDatabase,
      `SELECT FROM tenants WHERE status NOT IN ('purging', 'purged')`,
    )
  ).length;

/** Within this process, so that what is sent can be changed on its way. */
const checkHere = (send: Send, seconds: number, url = app.url): Promise<IsolationReport> => {
  const { app: nest, foundation } = app;
  const signal = new AbortController().signal;
  const get = <T>(what: unknown): T => nest.get(what as never, { strict: false });
  return foundation.tenancy.central(() =>
    checkIsolation({
      numoon: { get: get as never, foundation, signal },
      baseUrl: new URL(url),
      send,
      durationMs: seconds * 1_000,
    }),
  );
};

describe('numoon check-isolation', () => {
  test('tries everything on the running product, finds no crossing, and leaves nothing behind', async () => {
    const result = await resultOf(startCli(env, 'check-isolation', '--minutes', '0.05', '--json'));
    const report = jsonOf<IsolationReport>(result);
    expect(report.found).toEqual([]);
    expect({ code: result.code, crossings: report.crossings }).toEqual({ code: 0, crossings: 0 });
    expect(report.requests).toBeGreaterThan(100);
    expect(report.answers['200']).toBeGreaterThan(50);
    expect(
      Object.keys(report.answers).filter((how) => how.startsWith('5') && how !== '503'),
    ).toEqual([]);
    for (const act of ['flood', 'hostile SQL', 'cancel half way', 'use ids of another tenant']) {
      expect(report.tried[act]).toBeGreaterThan(0);
    }
    expect(report.tenants).toEqual({ made: 4, purged: 4 });
    expect(await tenantsLeft()).toBe(0);
    expect(result.stdout + result.stderr).not.toMatch(/nm_[a-z0-9]{52}/);
  });

  test('is interrupted in order: its tenants are closed, and nothing is claimed', async () => {
    const child = startCli(env, 'check-isolation', '--minutes', '5');
    const ended = resultOf(child);
    child.stderr?.once('data', () => child.kill('SIGINT'));
    const result = await ended;
    expect(result.code).toBe(130);
    expect(result.stdout).toMatch(/^0 crossings in \d+ requests/);
    expect(await tenantsLeft()).toBe(0);
  });

  test('says that nothing was checked where nobody answers, and closes what it made', async () => {
    await expect(checkHere(sender.send, 1, 'http://127.0.0.1:1')).rejects.toMatchObject({
      code: 'isolation_not_checked',
    });
    expect(await tenantsLeft()).toBe(0);
  });
});

describe('a planted leak', () => {
  test('of whole answers, one in twenty under another request, is found', async () => {
    const last = new Map<string, Received>();
    let count = 0;
    const mixing: Send = async (request) => {
      const answer = await sender.send(request);
      const { authorization = '' } = request.headers;
      const others = [...last].find(([owner]) => owner !== authorization)?.[1];
      if (/isolation[a-z0-9]{16}/.test(answer.text)) last.set(authorization, answer);
      count += 1;
      return count % 20 === 0 ? (others ?? answer) : answer;
    };
    const report = await checkHere(mixing, 1);
    expect(report.crossings).toBeGreaterThan(0);
    expect(report.tenants).toEqual({ made: 4, purged: 4 });
    expect(JSON.stringify(report)).not.toMatch(/isolation[a-z0-9]{16}/);
  });

  test('of a right that a role should not have is found', async () => {
    const { admin } = app.foundation.tools;
    const { sharedDatabase } = app.config;
    // As if somebody had let everybody in.
    const stop = new AbortController();
    const grant = (async () => {
      while (!stop.signal.aborted) {
        await app
          .look(
            sharedDatabase,
            `DO $$ DECLARE s name; BEGIN
             FOR s IN SELECT nspname FROM pg_namespace WHERE nspname LIKE 'nm\\_%' LOOP
               EXECUTE format('GRANT USAGE ON SCHEMA %I TO PUBLIC', s);
               EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO PUBLIC', s);
             END LOOP; END $$`,
          )
          .catch(() => []);
        await admin.rows('SELECT pg_sleep(0.2)', []);
      }
    })();
    const report = await checkHere(sender.send, 1);
    stop.abort();
    await grant;
    expect(report.found.map(({ act }) => act)).toContain('hostile SQL');
  });
});

describe('where it may be sent', () => {
  const config = { port: 3000, publicUrl: 'https://numoon.example' };

  test.each([undefined, 'http://localhost:8080', 'http://127.0.0.1:1', 'http://[::1]:3000'])(
    'here, or the own address: %s',
    (named) => {
      expect(targetUrl(config, named).href).toContain('http');
    },
  );

  test.each(['https://elsewhere.example', 'http://numoon.example', 'file:///etc/passwd', 'x'])(
    'nowhere else: %s',
    (named) => {
      expect(() => targetUrl(config, named)).toThrow(/address|checked/);
    },
  );
});
