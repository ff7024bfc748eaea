import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createTempProject,
  putFile,
  runNode,
  startNode,
  useOurPackages,
} from '../support/temp-project.js';
import { cleanUp } from '../support/temp-servers.js';

let project: string;

beforeEach(async () => {
  project = await createTempProject({
    'tsconfig.build.json': JSON.stringify({
      extends: './tsconfig.json',
      compilerOptions: { noEmit: false },
      include: ['src'],
    }),
    'src/note.sql': 'SELECT 1',
    'src/entry/main.ts':
      "if (process.argv[2] === 'hold') process.on('message', () => process.exit(7));\n" +
      "console.log('ready', process.argv.slice(2).join(' '));\n" +
      "if (process.argv[2] === 'hold') setInterval(() => undefined, 60_000);\n",
    'src/entry/cli/main.ts': "console.log('{}');\nprocess.exitCode = 3;\n",
  });
  await useOurPackages(project);
  const tsconfig = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));
  await cp(tsconfig, join(project, 'tsconfig.json'));
});
afterEach(cleanUp);

test('start builds, runs the program with its arguments, and does not build again', async () => {
  const first = await runNode(project, ['scripts/start.mjs', 'one', 'two']);
  expect(first).toMatchObject({ code: 0, stdout: 'ready one two\n' });
  expect(first.stderr).toContain('Building');
  const second = await runNode(project, ['scripts/start.mjs']);
  expect(second).toMatchObject({ code: 0, stdout: 'ready \n', stderr: '' });
});

test('what is no TypeScript lands beside the output, and leaves it with its source', async () => {
  await runNode(project, ['scripts/build.mjs']);
  expect(existsSync(join(project, 'dist/src/note.sql'))).toBe(true);
  await rm(join(project, 'src/note.sql'));
  await rm(join(project, 'src/entry/cli'), { recursive: true });
  await runNode(project, ['scripts/build.mjs']);
  expect(existsSync(join(project, 'dist/src/note.sql'))).toBe(false);
  expect(existsSync(join(project, 'dist/src/entry/cli/main.js'))).toBe(false);
  expect(existsSync(join(project, 'dist/src/entry/main.js'))).toBe(true);
});

test('a signal reaches the program, whose exit code is the end of it', async () => {
  const child = startNode(project, ['scripts/start.mjs', 'hold']);
  await once(child.stdout ?? child, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([7, null]);
});

test('the CLI says nothing of its own and keeps the exit code', async () => {
  const result = await runNode(project, ['scripts/numoon.mjs', 'doctor']);
  expect(result).toEqual({ code: 3, stdout: '{}\n', stderr: '' });
});

test('a build that fails shows the words of the compiler and exits with 1', async () => {
  await putFile(project, 'src/entry/main.ts', "export const port: number = 'x';\n");
  const result = await runNode(project, ['scripts/start.mjs']);
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('error TS2322');
});

test('a Node that is too old is told which one is needed', async () => {
  await writeFile(join(project, 'package.json'), '{"engines":{"node":">=999.1.0"}}');
  const result = await runNode(project, ['scripts/start.mjs']);
  expect(result).toMatchObject({ code: 1, stdout: '' });
  expect(result.stderr).toContain('NuMoon needs Node.js 999.1.0 or newer');
});
