import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { dropInstallation } from '../support/drop-installation.js';
import { cleanUp, createTempFolder } from '../support/temp-servers.js';
import { callApi } from '../support/test-app.js';
import { adminUrl, controlUrl, createTestCatalogNames } from '../support/test-postgres.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const names = createTestCatalogNames();

interface Program {
  child: ChildProcess;
  ready: Promise<string>;
  ended: Promise<[number | null, string | null]>;
  printed(): string;
}

const started: ChildProcess[] = [];
let dataDir: string;
let key: string;

/** The program itself, from its source, in a process of its own that a parent can talk to. */
function start(): Program {
  const imports = ['register-typescript.mjs', 'planted-errors.mjs'].flatMap((file) => [
    '--import',
    `./test/support/${file}`,
  ]);
  const child = spawn(process.execPath, [...imports, 'src/entry/main.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      DATABASE_URL: controlUrl(),
      NUMOON_CATALOG_DATABASE: names.catalogDatabase,
      NUMOON_SHARED_DATABASE: names.sharedDatabase,
      NUMOON_DATA_DIR: dataDir,
      NUMOON_STOCK_DATABASES: '0',
      NUMOON_STOCK_SCHEMAS: '0',
      NUMOON_SIGNUP: 'open',
    },
  });
  started.push(child);
  let output = '';
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  const ready = new Promise<string>((resolve, reject) => {
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /NuMoon is ready at (\S+)/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    ended.then(() => reject(new Error(`It ended before it was ready:\n${output}`)), reject);
  });
  ready.catch(() => undefined);
  return { child, ready, ended, printed: () => output };
}

interface Line {
  level: string;
  origin?: string;
  err: { message: string; stack: string };
}

const fatalLines = (program: Program): Line[] =>
  program
    .printed()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
    .filter(({ level }) => level === 'fatal');

beforeAll(async () => {
  dataDir = await createTempFolder();
});

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

afterAll(async () => {
  await dropInstallation(adminUrl(), names.catalogDatabase, names.sharedDatabase);
  await cleanUp();
});

describe('an error that nobody catches', () => {
  it('ends the process with a code, after what was under way', async () => {
    const program = start();
    const url = await program.ready;
    program.child.send({ plant: 'exception', path: '/v1/signup' });
    const answer = await callApi(url, 'POST', '/v1/signup', {
      body: {
        organization: 'Last Orders',
        owner: { name: 'L', email: 'l@example.com', password: 'correct horse battery' },
        isolation: 'schema',
      },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('connection')).toBe('close');
    key = (answer.body as { apiKey: string }).apiKey;
    expect(await program.ended).toEqual([70, null]);
    await expect(callApi(url, 'GET', '/readyz', {})).rejects.toThrow('ECONNREFUSED');
    const [first, ...more] = fatalLines(program);
    expect(first).toMatchObject({ origin: 'uncaughtException' });
    expect(first?.err.message).toContain('planted');
    expect(first?.err.stack).toContain('planted-errors.mjs');
    expect(more).toHaveLength(1);
    expect(program.printed()).not.toContain('planted-password');
    expect(program.printed()).toContain('an error that nobody caught (uncaughtException)');
  });

  it('is a promise as well, and takes nothing with it that was answered', async () => {
    const program = start();
    const url = await program.ready;
    expect((await callApi(url, 'GET', '/v1/tenant', { key })).status).toBe(200);
    program.child.send({ plant: 'rejection' });
    expect(await program.ended).toEqual([70, null]);
    expect(fatalLines(program)).toMatchObject([{ origin: 'unhandledRejection' }]);
    expect(program.printed()).not.toContain('planted-value');
  });
});

describe('the program that npm start keeps running', () => {
  it('says when it is ready, and stops in order when its parent asks', async () => {
    const program = start();
    const told = once(program.child, 'message');
    await program.ready;
    expect(await told).toEqual([{ numoon: 'ready' }, undefined]);
    program.child.send({ numoon: 'stop', signal: 'SIGINT', times: 1 });
    // What everybody in the group hears counts once.
    program.child.kill('SIGINT');
    expect(await program.ended).toEqual([0, null]);
  });

  it('ends when its parent is gone, also while it starts', async () => {
    const program = start();
    program.child.disconnect();
    expect(await program.ended).toEqual([1, null]);
  });
});
