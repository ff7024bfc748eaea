import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTempProject, runNode, useOurPackages } from '../support/temp-project.js';
import { cleanUp } from '../support/temp-servers.js';

afterEach(cleanUp);
// Each runs a compiler, a linter, a formatter and jest: 5 s alone, far more beside other tests.
jest.setTimeout(120_000);

const REPORTER = fileURLToPath(new URL('../support/summary-reporter.mjs', import.meta.url));

describe('npm test', () => {
  test('counts checks and tests in its last line and succeeds', async () => {
    const project = await projectWithTest("test('a', () => {});\ntest.skip('b', () => {});\n");
    const { code, stdout } = await runNode(project, ['scripts/test.mjs']);
    expect(lastLine(stdout)).toBe('5 passed, 0 failed, 1 skipped');
    expect(code).toBe(0);
  });

  test('fails with a failing test, a test file that does not load, and a failing check', async () => {
    const project = await projectWithTest(
      "test('a', () => {\n  throw new Error('no');\n});\n",
      "throw new Error('does not load');\n",
      'export const   badly   =   1;\n',
    );
    const { code, stdout } = await runNode(project, ['scripts/test.mjs']);
    expect(lastLine(stdout)).toBe('3 passed, 3 failed, 0 skipped');
    expect(code).toBe(1);
  });

  test('fails when the run ends badly though no test failed', async () => {
    const project = await projectWithTest("test('a', () => {});\n");
    const { code, stdout } = await runNode(project, [
      'scripts/test.mjs',
      '--globalTeardown=./broken.mjs',
    ]);
    expect(lastLine(stdout)).toBe('5 passed, 1 failed, 0 skipped');
    expect(code).toBe(1);
  });
});

async function projectWithTest(first: string, second?: string, unformatted = '') {
  const tsconfig = { compilerOptions: { types: [], noEmit: true }, include: ['src'] };
  const project = await createTempProject({
    'tsconfig.json': pretty(tsconfig),
    'tsconfig.build.json': pretty({
      extends: './tsconfig.json',
      compilerOptions: { noEmit: false, outDir: 'dist', rootDir: '.' },
      include: ['src'],
    }),
    '.prettierrc.json': '{ "singleQuote": true, "printWidth": 100 }\n',
    '.prettierignore': 'node_modules\ndist\npackage.json\npackage-lock.json\n*.json\n',
    'src/a.ts': `export const a = 1;\n${unformatted}`,
    'jest.config.mjs': [
      'export default {',
      '  transform: {},',
      "  testMatch: ['<rootDir>/*.test.js'],",
      `  reporters: ['default', '${REPORTER}'],`,
      '};\n',
    ].join('\n'),
    'broken.mjs': "export default () => {\n  throw new Error('teardown');\n};\n",
    'first.test.js': first,
    ...(second === undefined ? {} : { 'second.test.js': second }),
  });
  await useOurPackages(project);
  await cp(
    fileURLToPath(new URL('../../.oxlintrc.json', import.meta.url)),
    join(project, '.oxlintrc.json'),
  );
  return project;
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function lastLine(output: string): string | undefined {
  return output.trimEnd().split('\n').at(-1);
}
