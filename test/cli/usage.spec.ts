import { afterAll, describe, expect, test } from '@jest/globals';
import { cleanUp } from '../support/temp-servers.js';
import { dataDirEnvironment, runCli } from './support/cli.js';

describe('a command that is called wrongly', () => {
  afterAll(cleanUp);

  test('ends with 2, says why on standard error, and opens nothing', async () => {
    const env = await dataDirEnvironment();
    const cases: [string[], RegExp][] = [
      [['tenants', 'show', '--json'], /missing required argument 'id'/],
      [['tenants', 'create', '--owner-email', 'nobody', '--json'], /--owner-email must be/],
    ];
    const results = await Promise.all(cases.map(([args]) => runCli(env, ...args)));
    for (const [index, result] of results.entries()) {
      expect(result).toMatchObject({ code: 2, stdout: '' });
      expect(result.stderr).toMatch(cases[index]?.[1] as RegExp);
    }
  });

  test('is told by --help what there is', async () => {
    const env = await dataDirEnvironment();
    const { code, stdout, stderr } = await runCli(env, 'tenants', 'create', '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: numoon tenants create');
    for (const option of ['--count', '--concurrency', '--isolation', '--json']) {
      expect(stdout).toContain(option);
    }
  });
});
