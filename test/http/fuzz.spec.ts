import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret } from '../../src/kernel/secret.js';
import { checkAnswer, documentOf } from '../support/document/check-answer.js';
import type { ApiDocument } from '../support/document/document.js';
import { ADMIN_TOKEN, startTestApp, type SignedUp, type TestApp } from '../support/test-app.js';
import { controlUrl } from '../support/test-postgres.js';
import { chooseSeed, Random } from './fuzz/random.js';
import {
  describe as shown,
  operationsOf,
  Requests,
  type Callers,
  type Fuzzed,
  type Operation,
} from './fuzz/requests.js';
import type { Named } from './fuzz/values.js';
import { bearer } from './support/edge-app.js';
import { call, type Answer } from './support/edge-client.js';

const FIXTURES = fileURLToPath(new URL('../connectors/fixtures', import.meta.url));
const APP = { baseUrl: null, clientId: 'id', clientSecret: new Secret('s'), webhookSecrets: [] };

const REQUESTS = Number(process.env['NUMOON_TEST_FUZZ_REQUESTS'] ?? 700);
const LONGEST_MS = 45_000;

/** Each makes a database, so it is only sent what is refused, and now and then the real thing. */
const DEAR: ReadonlySet<string> = new Set(['signUp', 'adminCreateTenant']);

/** The end of its caller; sent by those alone whose end matters to nobody. */
const FINAL: ReadonlySet<string> = new Set(['logout', 'logoutEverywhere', 'closeAccount']);

const HARMLESS: ReadonlySet<string> = new Set([
  'nobody',
  'somebody made up',
  'a page of another site',
]);

const seed = chooseSeed();
const random = new Random(seed);

let app: TestApp;
let port: number;
let document: ApiDocument;
let operations: Operation[];
let a: SignedUp;
let b: SignedUp;
let callers: Callers;
let things: Record<string, { own: string[]; gone: string }>;

beforeAll(async () => {
  process.stderr.write(`Fuzzing with NUMOON_TEST_FUZZ_SEED=${seed}\n`);
  app = await startTestApp(
    {
      stockDatabases: 2,
      stockSchemas: 2,
      addressRequestsPerSecond: 1_000_000,
      tenantRequestsPerSecond: 1_000_000,
      signupsPerAddressHour: 1_000,
      signupsPerDay: 1_000,
      providers: new Map(['lemonade', 'shopify'].map((id) => [id, APP])),
    },
    controlUrl(),
    { connectorFolders: [FIXTURES] },
  );
  port = Number(new URL(app.url).port);
  const found = await documentOf(new URL(app.url).origin);
  if (found === null) throw new Error('There is no document.');
  document = found;
  operations = operationsOf(document.json);
  [a, b] = [await app.signUp(), await app.signUp({ isolation: 'schema' })];
  const victim = await app.signUp({ isolation: 'schema' });
  callers = await callersOf();
  things = {
    members: {
      own: [await make('/v1/members', MEMBER)],
      gone: await makeGone('/v1/members', GONE),
    },
    'api-keys': {
      own: [await make('/v1/api-keys', KEY)],
      gone: await makeGone('/v1/api-keys', KEY),
    },
    integrations: {
      own: [await make('/v1/integrations', LEMONADE)],
      gone: await makeGone('/v1/integrations', LEMONADE),
    },
    tenants: { own: [victim.id], gone: 'tnt_aaaaaaaaaaaaaaaaaaaa' },
    closures: { own: ['cls_aaaaaaaaaaaaaaaaaaaa'], gone: 'cls_bbbbbbbbbbbbbbbbbbbb' },
  };
});

afterAll(() => app.close());

const MEMBER = { email: 'there@example.com', role: 'analyst' };
const GONE = { email: 'gone@example.com', role: 'analyst' };
const KEY = { name: 'spare', role: 'analyst' };
const LEMONADE = { provider: 'lemonade' };

async function callersOf(): Promise<Callers> {
  const analyst = await app.call('POST', '/v1/api-keys', { key: a.key, body: KEY });
  const login = await app.call('POST', '/v1/login', {
    body: { email: a.email, password: a.password },
  });
  const cookie = (login.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  return {
    'the owner': bearer(a.key),
    'an analyst': bearer(analyst.body.key),
    'a session': { cookie, origin: `http://127.0.0.1:${port}` },
    'a page of another site': { cookie, origin: 'https://evil.example' },
    'the owner of another tenant': bearer(b.key),
    'an administrator': bearer(ADMIN_TOKEN),
    nobody: {},
    'somebody made up': bearer('nm_constructor'),
  };
}

async function make(path: string, body: object): Promise<string> {
  return (await app.call('POST', path, { key: a.key, body })).body.id;
}

async function makeGone(path: string, body: object): Promise<string> {
  const id = await make(path, body);
  await app.call('DELETE', `${path}/${id}`, { key: a.key });
  return id;
}

/** One that is there, one that was, and one that never has been. */
function idFor(path: string): string {
  const kind = /\/([a-z-]+)\/\{id\}/.exec(path)?.[1] ?? '';
  const { own, gone } = things[kind] ?? { own: [], gone: 'x' };
  return random.of([...own, gone, absent(gone)]);
}

const absent = (id: string): string => id.replace(/_.*/, `_${'z'.repeat(20)}`);

/** What is wrong with an answer; empty where nothing is. */
function faultsOf(request: Fuzzed, answer: Answer): string[] {
  const { statusCode: status, body: text } = answer;
  const headers = answer.headers as Record<string, string | undefined>;
  const { method, url: path } = request;
  const faults = document.faults({ method, path, status, headers, text });
  if (status >= 500) faults.push(`it failed with ${status}`);
  const secrets = [a.key, b.key, ADMIN_TOKEN, a.password, b.password];
  if (secrets.some((secret) => text.includes(secret))) faults.push('it tells a secret');
  if (/node_modules|\.[jt]s:\d+|SELECT |pg_/.test(text)) faults.push('it tells of our insides');
  return faults.map((fault) => `${fault}\n  ${text.slice(0, 600)}`);
}

describe('requests made of the document and chance', () => {
  it('get no answer outside it, whoever sends them', async () => {
    const requests = new Requests(
      (document.json.components?.schemas ?? {}) as Named,
      callers,
      idFor,
      random,
    );
    const until = Date.now() + LONGEST_MS;
    const failed: string[] = [];
    const statuses = new Map<number, number>();
    let sent = 0;
    for (; sent < REQUESTS && Date.now() < until && failed.length < 5; sent += 1) {
      const operation = operations[sent % operations.length] as Operation;
      const wild = DEAR.has(operation.id) && sent % 20 !== 0 ? 0.9 : random.of([0, 0.1, 0.3]);
      const request = requests.make(operation, wild);
      if (FINAL.has(operation.id) && !HARMLESS.has(request.caller)) continue;
      const answer = await call(port, request);
      statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
      const faults = faultsOf(request, answer);
      if (faults.length > 0) {
        failed.push(`${shown(request)}\n  ${answer.statusCode}: ${faults.join('\n  ')}`);
      }
    }
    if (failed.length > 0) {
      throw new Error(`NUMOON_TEST_FUZZ_SEED=${seed} finds it again:\n${failed.join('\n\n')}`);
    }
    // It came to something: a good many were taken, and as many refused.
    expect(sent).toBeGreaterThan(operations.length);
    expect(statuses.get(200) ?? 0).toBeGreaterThan(10);
    expect(statuses.get(422) ?? 0).toBeGreaterThan(10);
  });

  it('tell nothing of an id that is another tenant’s', async () => {
    const requests = new Requests(
      (document.json.components?.schemas ?? {}) as Named,
      { owner: callers['the owner of another tenant'] ?? {} },
      () => 'ID',
      random,
    );
    const withIds = operations.filter(({ path }) => /^\/v1\/(?!closures).*\{id\}/.test(path));
    expect(withIds.length).toBeGreaterThan(4);
    for (const operation of withIds) {
      const { own = [], gone = '' } = things[operation.path.split('/')[2] ?? ''] ?? {};
      const request = requests.make(operation, 0);
      delete request.headers?.['idempotency-key'];
      const told = [...own, gone, absent(gone)].map(async (id) => {
        const answer = await call(port, { ...request, url: request.url.replace('ID', id) });
        const { requestId: _, ...document } = answer.json();
        return { status: answer.statusCode, document };
      });
      const [first, ...others] = await Promise.all(told);
      expect([operation.id, ...others]).toEqual([operation.id, ...others.map(() => first)]);
    }
  });

  it('leave the process and its tenants as they were', async () => {
    for (const path of ['/healthz', '/readyz']) {
      expect((await app.call('GET', path)).status).toBe(200);
    }
    for (const tenant of [a, b]) {
      const answer = await app.call('GET', '/v1/tenant', { key: tenant.key });
      expect(answer).toMatchObject({ status: 200, body: { id: tenant.id } });
      const members = await app.call('GET', '/v1/members', { key: tenant.key });
      const other = tenant === a ? b : a;
      expect(JSON.stringify(members.body)).not.toContain(other.email);
    }
  });
});

describe('the check itself', () => {
  it('tells what is not as documented', async () => {
    const good = { method: 'GET', path: '/healthz', status: 200, text: '{"status":"ok"}' };
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    await checkAnswer(app.url, { ...good, headers });
    for (const bad of [
      { status: 201 },
      { text: '{"status":"fine"}' },
      { text: '{"status":"ok","more":1}' },
      { text: '{}' },
      { headers: { 'content-type': 'text/html' } },
      { status: 503, headers: { 'content-type': 'application/problem+json' } },
    ]) {
      await expect(checkAnswer(app.url, { ...good, headers, ...bad })).rejects.toThrow(
        'outside the document',
      );
    }
  });
});
