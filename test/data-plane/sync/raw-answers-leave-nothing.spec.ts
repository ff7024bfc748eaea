import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { openPostgres } from '../../../src/entry/composition/postgres-profile.js';
import { runServer } from '../../../src/entry/composition/run-server.js';
import { createLogger } from '../../../src/infrastructure/logging/logger.js';
import { Secret } from '../../../src/kernel/secret.js';
import { randomWord } from '../../../src/kernel/ids.js';
import { searchFolder } from '../../support/canaries/leaks.js';
import { runSql } from '../../support/temp-servers.js';
import { callApi } from '../../support/test-app.js';
import { ownConfig } from '../../thief/support/own-numoon.js';
import { searchWal } from '../../thief/support/read-wal.js';
import { makePots } from './support/make-pots.js';
import { FIXTURES, SyncApp } from './support/sync-app.js';
import { type Answerer, TeapotServer } from './support/teapot-server.js';

const START = Date.parse('2026-03-10T11:00:00Z');
const ADMIN_TOKEN = 'adm_of-a-numoon-with-its-own-server-01';

let dataDir: string;
let cluster: string;
let adminUrl: string;
let teapot: TeapotServer;
let app: SyncApp;
let stop: () => Promise<void>;
let now = START;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'numoon-raw-'));
  teapot = await TeapotServer.open();
  const config = ownConfig(dataDir, { providers: teapot.settings, role: 'api' });
  const postgres = await openPostgres(config, () => undefined);
  adminUrl = (await readFile(join(dataDir, 'postgres.url'), 'utf8')).trim();
  // Nothing of the write-ahead log is to be gone before it was searched.
  await runSql(adminUrl, "ALTER SYSTEM SET wal_keep_size = '4GB'");
  await runSql(adminUrl, 'SELECT pg_reload_conf()');
  cluster = await realpath(join(dataDir, 'postgres'));
  const server = await runServer({
    config,
    databaseUrl: postgres.url,
    profile: 'embedded',
    version: '0.0.0-test',
    adminToken: new Secret(ADMIN_TOKEN),
    logger: createLogger({
      level: 'trace',
      stream: pino.destination({ dest: join(dataDir, 'numoon.log'), sync: true }),
    }),
    connectorFolders: [FIXTURES],
  });
  const call = (method: string, path: string, options = {}) =>
    callApi(server.url, method, path, options);
  app = new SyncApp(
    Object.assign(server, {
      config,
      call,
      signUp: async () => {
        const email = `ada-${randomWord(8)}@example.com`;
        const password = 'a quiet harbour at dawn';
        const owner = { name: 'Ada', email, password };
        const { body } = await call('POST', '/v1/signup', {
          body: { organization: 'Bluebird', owner },
        });
        return { id: body.tenant.id, slug: body.tenant.slug, key: body.apiKey, email, password };
      },
      look: () => Promise.reject(new Error('not here')),
      close: () => Promise.resolve(),
    }),
    teapot,
  );
  app.settings.now = () => now;
  app.settings.saveEveryMs = 0;
  stop = async () => {
    await server.stop();
    await postgres.stop();
  };
}, 60_000);

afterAll(async () => {
  await stop();
  await teapot.close();
  if (dirname(cluster) !== dataDir) await rm(dirname(cluster), { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
});

const pot = (more: object): string =>
  JSON.stringify({
    pots: [{ at: START, amount: 1, currency: 'EUR', kind: 'mint', seconds: 1, ...more }],
  });

/** Every text a provider could say at a bad moment. */
function sayings(says: (what: string) => string): Answerer[] {
  const answer =
    (status: number, body: string): Answerer =>
    (_, response) => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-note': says('header') });
      response.end(body);
    };
  return [
    answer(200, pot({ currency: says('currency') })),
    answer(200, pot({ amount: says('amount') })),
    answer(200, pot({ at: says('instant') })),
    answer(200, `{"pots":"${says('list')}"}`),
    answer(200, `{"pots":[{"at":"${says('half')}`),
    answer(200, `{"pots":[],"next":{"x":"${says('cursor')}"}}`),
    answer(200, `<html>${says('page')}</html>`),
    answer(400, `{"error":"${says('refusal')}"}`),
    answer(403, `{"error":"${says('forbidding')}"}`),
    answer(503, `{"error":"${says('outage')}"}`),
  ];
}

it('what a provider said is on no disk: not in tables, log, write-ahead log, queue or temporary files', async () => {
  const said = new Map<string, string>();
  const says = (what: string): string => {
    const canary = `nmcanary${randomWord(16)}`;
    said.set(canary, what);
    return canary;
  };
  const tenant = await app.app.signUp();
  const marks = [says('mark'), says('mark')] as const;
  app.app.foundation.logger.info({}, `a mark ${marks[0]}`);
  await runSql(adminUrl, `CREATE TABLE marks AS SELECT '${marks[1]}' || 'x' AS mark`);

  const answers: (Answerer | null)[] = [null, ...sayings(says)];
  for (const answer of answers) {
    const drinker = says('field nobody asked for');
    const kind = says('kind of tea');
    const pots = makePots(START, 40, 2).map((pot) => ({ ...pot, drinker, kind }));
    const account = teapot.account({
      key: `k${randomWord(30)}`,
      pots,
      pageSize: 20,
      refills: [{ at: START, note: says('field nobody asked for') }],
    });
    const connected = await app.connect(account, tenant);
    let turn = 0;
    teapot.instead = ({ path, query }) =>
      path === '/pots' && query.get('after') === '20' ? answer : null;
    do {
      await app.turn(connected);
      now += 120_000;
      turn += 1;
    } while (turn < 3);
    const view = await app.app.call('GET', `/v1/integrations/${connected.id}/runs`, {
      key: tenant.key,
    });
    expect(view.body.items.length).toBeGreaterThan(0);
    for (const canary of said.keys()) expect(JSON.stringify(view.body)).not.toContain(canary);
  }
  teapot.instead = () => null;
  await runSql(adminUrl, 'CHECKPOINT');
  const jobs = await app.app.foundation.catalog.query('SELECT * FROM jobs');
  await writeFile(join(dataDir, 'jobs.json'), JSON.stringify(jobs));

  const known = [...said].map(([value, kind]) => ({ kind, value }));
  const leaks = [
    ...(await searchFolder(known, tmpdir())),
    ...(await searchFolder(known, dirname(cluster))),
    ...(await searchWal(cluster, known)),
  ];
  // The search sees what is there to be seen.
  for (const mark of marks) {
    expect(leaks.filter(({ secret }) => secret === mark).length).toBeGreaterThan(0);
  }
  const others = leaks.filter(({ kind }) => kind !== 'mark');
  expect(others.map(({ kind, where }) => `${kind} in ${where}`)).toEqual([]);
}, 180_000);
