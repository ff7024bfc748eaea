import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { LeakError, type Leak } from '../support/canaries/leaks.js';
import { plant } from '../support/canaries/registry.js';
import { ADMIN_TOKEN, callApi, startTestApp } from '../support/test-app.js';
import { adminUrl, controlUrl } from '../support/test-postgres.js';

/** An app that leaks one canary into each place it has, and secrets of all kinds into its log. */
const leaked: Record<string, string> = {};
const secrets: Record<string, string> = {};
let leaks: readonly Leak[] = [];
const children: ChildProcess[] = [];
let echo: Server | undefined;
let session: Client | undefined;

const leak = (place: string): string => (leaked[place] = plant('text'));

beforeAll(async () => {
  const app = await startTestApp({ stockDatabases: 0, stockSchemas: 0 });
  const { foundation } = app;
  const tenant = await app.signUp({ isolation: 'schema' });

  foundation.logger.trace({ note: leak('the log') }, 'said too much');
  // The same to every call: it is asked for its document too.
  const [header, detail] = [leak('a header'), leak('a problem')];
  echo = createServer((_, response) => {
    response.writeHead(422, { 'content-type': 'application/problem+json', 'x-seen': header });
    response.end(JSON.stringify({ code: 'no', detail }));
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  await callApi(`http://localhost:${(echo.address() as AddressInfo).port}`, 'GET', '/', {});
  await foundation.jobs.enqueue('test.payload', { tenantId: leak('a payload') });
  await foundation.jobs.enqueue('test.reason', { tenantId: 'tnt_none' });
  await foundation.catalog.query('UPDATE jobs SET fail_reason = $1 WHERE name = $2', [
    leak('the reason of a failed job'),
    'test.reason',
  ]);
  foundation.metrics.jobs.inc({ name: leak('a label'), outcome: 'done' });
  session = new Client({ connectionString: adminUrl(), application_name: leak('a session') });
  await session.connect();
  await session.query(`SELECT '${leak('a statement')}'`);
  const wait = ['-e', 'setTimeout(() => {}, 60_000)'];
  children.push(
    spawn(process.execPath, [...wait, leak('a command line')], { stdio: 'ignore' }),
    spawn(process.execPath, wait, { stdio: 'ignore', env: { TOLD: leak('an environment') } }),
  );
  await writeFile(
    join(app.config.dataDir, 'notes'),
    `??${Buffer.from(leak('the data folder')).toString('base64')}`,
  );

  secrets['API key'] = tenant.key;
  secrets['password'] = tenant.password;
  secrets['admin token'] = ADMIN_TOKEN;
  secrets['database password'] = new URL(controlUrl()).password;
  const masterKey = await readFile(join(app.config.dataDir, 'master.key'));
  const login = await app.call('POST', '/v1/login', {
    body: { email: tenant.email, password: tenant.password },
  });
  const cookie = String(login.headers.get('set-cookie'));
  secrets['session or link token'] = /=([a-z0-9]{20}\.[\w-]{43})/.exec(cookie)?.[1] ?? 'no cookie';
  // Written as base64, because the logger recognises and masks most of them.
  for (const secret of Object.values(secrets)) {
    foundation.logger.info(`seen: ${Buffer.from(secret).toString('base64')}`);
  }
  foundation.logger.info(`seen: ${masterKey.toString('base64')}`);

  leaks = await app.close().then(
    () => [],
    (error: unknown) => {
      if (!(error instanceof LeakError)) throw error;
      expect(
        Object.values({ ...leaked, ...secrets }).filter((it) => error.message.includes(it)),
      ).toEqual([]);
      return error.leaks;
    },
  );
});

afterAll(async () => {
  for (const child of children) child.kill();
  await session?.end();
  echo?.close();
});

const PLACES: [string, string][] = [
  ['the log', 'the log'],
  ['a problem', 'the answer 422 to GET /'],
  ['a header', 'the answer 422 to GET /'],
  ['a payload', "agenda's table of jobs"],
  ['the reason of a failed job', "agenda's table of jobs"],
  ['a label', '/metrics'],
  ['a statement', 'pg_stat_activity'],
  ['a session', 'pg_stat_activity'],
  ['the data folder', 'notes'],
];

test.each(PLACES)('a canary in %s fails the close of the app', (place, where) => {
  expect(leaks).toContainEqual(
    expect.objectContaining({
      secret: leaked[place],
      where: expect.stringContaining(where),
      kind: 'text',
    }),
  );
});

(existsSync('/proc/self/environ') ? test.each : test.skip.each)([
  ['a command line', 'the process list'],
  ['an environment', 'the environment of a child'],
])('a canary in %s fails the close of the app', (place, where) => {
  expect(leaks).toContainEqual(
    expect.objectContaining({ secret: leaked[place], where: expect.stringContaining(where) }),
  );
});

test.each([
  'API key',
  'password',
  'admin token',
  'database password',
  'master key',
  'session or link token',
])('so does a secret of the kind: %s', (kind) => {
  expect(leaks).toContainEqual(expect.objectContaining({ kind, where: 'the log', form: 'base64' }));
});

test('nothing else was found', () => {
  const expected = Object.keys({ ...leaked, ...secrets, 'master key': '' }).length;
  expect(leaks).toHaveLength(expected);
});
