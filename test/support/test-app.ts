import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import request from 'supertest';
import { loadConfig, type Config } from '../../config/load.js';
import {
  runServer,
  type RunningServer,
  type ServerOptions,
} from '../../src/entry/composition/run-server.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { Secret } from '../../src/kernel/secret.js';
import { noteAnswer } from './canaries/answers.js';
import { AppWatch } from './canaries/app-watch.js';
import { plant } from './canaries/registry.js';
import { checkAnswer } from './document/check-answer.js';
import { adminUrl, controlUrl, createTestCatalogNames } from './test-postgres.js';
import { dropInstallation } from './drop-installation.js';

export const ADMIN_TOKEN = 'adm_test-token-of-this-run-0123456789';

export interface TestApp extends RunningServer {
  config: Config;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** A new tenant through the public signup. */
  signUp(overrides?: Record<string, unknown>): Promise<SignedUp>;
  /** A query as the server's superuser in one database, to look behind the scenes. */
  look<Row extends object>(database: string, sql: string, values?: unknown[]): Promise<Row[]>;
  /** @throws LeakError when a planted canary or a secret can be read where it must not be */
  close(): Promise<void>;
}

export interface CallOptions {
  key?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Somebody else wrote what is answered, so it may be none of what the document promises. */
  outsideDocument?: true;
}

export interface Answer {
  status: number;
  // What the API answers is what the tests are about; typing it twice would prove nothing.
  // oxlint-disable-next-line no-explicit-any
  body: any;
  headers: Headers;
}

export interface SignedUp {
  id: string;
  slug: string;
  key: string;
  email: string;
  password: string;
}

/** A whole NuMoon on the run's PostgreSQL, with a catalog of its own. Close it in `afterAll`. */
export async function startTestApp(
  overrides: Partial<Config> = {},
  databaseUrl = controlUrl(),
  more: Pick<ServerOptions, 'connectorFolders' | 'showLink'> = {},
): Promise<TestApp> {
  const names = createTestCatalogNames();
  const dataDir = await mkdtemp(join(tmpdir(), 'numoon-app-'));
  const config = loadConfig(
    {},
    {
      port: 0,
      dataDir,
      catalogDatabase: names.catalogDatabase,
      sharedDatabase: names.sharedDatabase,
      stockDatabases: 1,
      stockSchemas: 1,
      sweepSeconds: 1,
      logLevel: 'silent',
      ...overrides,
    },
  );
  const watch = new AppWatch({
    adminToken: ADMIN_TOKEN,
    adminUrl: adminUrl(),
    databaseUrl,
    dataDir,
  });
  const server = await runServer({
    config,
    databaseUrl: new Secret(databaseUrl),
    profile: 'own server',
    version: '0.0.0-test',
    adminToken: new Secret(ADMIN_TOKEN),
    logger: createLogger({ level: 'trace', stream: watch.log }),
    ...more,
  });
  return Object.assign(server, {
    config,
    call: (method: string, path: string, options: CallOptions = {}) =>
      callApi(server.url, method, path, options),
    signUp: (more: Record<string, unknown> = {}) => signUp(server.url, more),
    look: <Row extends object>(database: string, sql: string, values: unknown[] = []) =>
      look<Row>(adminUrl(), database, sql, values),
    close: () =>
      watch.close(server, async () => {
        await dropInstallation(adminUrl(), config.catalogDatabase, config.sharedDatabase);
        await rm(dataDir, { recursive: true, force: true });
      }),
  });
}

export async function callApi(
  base: string,
  method: string,
  path: string,
  { key, body, headers = {}, outsideDocument }: CallOptions,
): Promise<Answer> {
  // supertest and not fetch: fetch keeps its connections, and with them the worker, alive.
  const call = request(base)[method.toLowerCase() as 'get'](path).redirects(0);
  if (key !== undefined) void call.set('authorization', `Bearer ${key}`);
  if (body !== undefined) void call.set('content-type', 'application/json');
  for (const [name, value] of Object.entries(headers)) void call.set(name, value);
  const answer = await call.send(body as object | string | undefined).ok(() => true);
  const { status, text } = answer;
  noteAnswer({ call: `${method} ${path}`, status, headers: answer.headers as object, text });
  const seen = answer.headers as Record<string, string>;
  if (outsideDocument !== true) {
    await checkAnswer(base, { method, path, status, headers: seen, text: text ?? '' });
  }
  const isJson = /json/.test(answer.type);
  return {
    status,
    body: isJson && text !== '' ? JSON.parse(text) : text,
    headers: new Headers(answer.headers as Record<string, string>),
  };
}

/** Everything a person says is a canary, which `close` looks for. */
async function signUp(base: string, more: Record<string, unknown>): Promise<SignedUp> {
  const email = `${plant('email')}@example.com`;
  const password = plant('password');
  const answer = await callApi(base, 'POST', '/v1/signup', {
    body: {
      organization: plant('organization'),
      owner: { name: plant('name'), email, password },
      ...more,
    },
  });
  if (answer.status !== 201) throw new Error(`Signup answered ${JSON.stringify(answer.body)}`);
  const { tenant, apiKey } = answer.body as {
    tenant: { id: string; slug: string };
    apiKey: string;
  };
  return { id: tenant.id, slug: tenant.slug, key: apiKey, email, password };
}

async function look<Row extends object>(
  url: string,
  database: string,
  sql: string,
  values: unknown[],
): Promise<Row[]> {
  const target = new URL(url);
  target.pathname = `/${database}`;
  const client = new Client({ connectionString: target.href });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows as Row[];
  } finally {
    await client.end();
  }
}
