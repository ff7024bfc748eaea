import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTempProject, putFile, startNode } from '../support/temp-project.js';
import { cleanUp } from '../support/temp-servers.js';

/**
 * A program that notes each of its lives in a file and then does what the word for that life says; the
 * last word holds for all that follow.
 */
const PROGRAM = `
import { appendFileSync, readFileSync } from 'node:fs';
const say = (line) => appendFileSync('lives', line + '\\n');
say('born ' + process.pid);
const lives = readFileSync('lives', 'utf8').split('\\n').filter((line) => line.startsWith('born'));
const words = process.argv.slice(2);
const word = words[Math.min(lives.length, words.length) - 1];
const ready = () => process.send({ numoon: 'ready' });
const stay = () => setInterval(() => undefined, 60_000);
process.on('disconnect', () => { say('alone'); process.exit(1); });
process.on('message', ({ numoon, signal, times }) => {
  say([numoon, signal, times].join(' '));
  if (word === 'serve') process.exit(0);
});
if (/^\\d+$/.test(word)) process.exit(Number(word));
if (word === 'killed') process.kill(process.pid, 'SIGKILL');
if (word === 'served-then-70') { ready(); process.exit(70); }
if (word === 'served-well-then-70') { ready(); setTimeout(() => process.exit(70), 300); }
if (word === 'serve' || word === 'deaf') { ready(); stay(); }
`;

let project: string;

beforeEach(async () => {
  project = await createTempProject({
    'package.json': '{"type":"module"}',
    'dist/src/entry/main.js': PROGRAM,
    'run.mjs': `
      import { superviseProgram } from './scripts/lib/supervise.mjs';
      const [habits, ...words] = process.argv.slice(2);
      await superviseProgram('src/entry/main.js', words, JSON.parse(habits));`,
  });
  await putFile(project, 'lives', '');
});
afterEach(cleanUp);

const QUICK = { firstWaitMs: 20, longestWaitMs: 80, wellAfterMs: 60_000, deaths: 4 };

function supervise(words: string[], habits: object = QUICK) {
  const child = startNode(project, ['run.mjs', JSON.stringify(habits), ...words]);
  let told = '';
  child.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  return { child, ended, told: () => told };
}

const lives = async (): Promise<string[]> =>
  (await readFile(join(project, 'lives'), 'utf8')).split('\n').slice(0, -1);
const births = async (): Promise<number> =>
  (await lives()).filter((line) => line.startsWith('born')).length;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10);
}

test.each(['70', '7', 'killed'])('a program that ends by %s is started again', async (end) => {
  const { child, ended, told } = supervise([end, 'serve']);
  await until(async () => (await births()) === 2);
  expect(told()).toMatch(/NuMoon ended unexpectedly \((code|signal) \w+\)\. It is started again/);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect((await lives()).at(-1)).toBe('stop SIGTERM 1');
});

test.each(['0', '1', '3', '143'])(
  'a start that ends with %s is final, with that code',
  async (code) => {
    const { ended, told } = supervise([code, 'serve']);
    expect(await ended).toEqual([Number(code), null]);
    expect(await births()).toBe(1);
    expect(told()).toBe('');
  },
);

test('a refusal is tried again once the program had served: what refuses it may pass', async () => {
  const { child, ended } = supervise(['served-then-70', '1', '1', 'serve']);
  await until(async () => (await births()) === 4);
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
});

test('it waits longer each time, and gives up with the code and a word', async () => {
  const { ended, told } = supervise(['70']);
  expect(await ended).toEqual([70, null]);
  expect(await births()).toBe(QUICK.deaths);
  expect([...told().matchAll(/again in ([\d.]+) s/g)].map(([, wait]) => wait)).toEqual([
    '0.02',
    '0.04',
    '0.08',
  ]);
  expect(told()).toContain('NuMoon ended 4 times in a row (code 70) and never ran well.');
});

test('a good run makes the next death the first again', async () => {
  const words = ['70', '70', 'served-well-then-70', '70', '70', 'serve'];
  const { child, ended } = supervise(words, { ...QUICK, wellAfterMs: 100 });
  await until(async () => (await births()) === words.length);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('nothing is started after a signal that comes between two lives', async () => {
  const { child, ended, told } = supervise(['70', 'serve'], { ...QUICK, firstWaitMs: 60_000 });
  await until(async () => told().includes('started again'));
  child.kill('SIGTERM');
  expect(await ended).toEqual([70, null]);
  expect(await births()).toBe(1);
});

test('the second signal ends also a program that does not listen', async () => {
  const { child, ended } = supervise(['deaf'], { ...QUICK, patienceMs: 50 });
  await until(async () => (await births()) === 1);
  child.kill('SIGINT');
  await until(async () => (await lives()).includes('stop SIGINT 1'));
  child.kill('SIGINT');
  expect(await ended).toEqual([137, null]);
  expect(await lives()).toContain('stop SIGINT 2');
});

test('a program whose parent is killed does not live on', async () => {
  const { child, ended } = supervise(['serve']);
  await until(async () => (await births()) === 1);
  child.kill('SIGKILL');
  await ended;
  await until(async () => (await lives()).includes('alone'));
});

const byNpm = process.platform === 'win32' ? test.skip : test;

byNpm('a program that npm started is stopped in order when its shell is', async () => {
  const words = ['run.mjs', JSON.stringify(QUICK), 'serve'];
  const shell = spawn('sh', ['-c', '"$0" "$@"; true', process.execPath, ...words], {
    cwd: project,
    env: { ...process.env, NODE_OPTIONS: '', npm_lifecycle_event: 'start' },
    stdio: 'ignore',
  });
  await until(async () => (await births()) === 1);
  shell.kill('SIGTERM');
  await until(async () => (await lives()).includes('stop SIGTERM 1'));
});
