import { afterAll, expect, test } from '@jest/globals';
import { runCli } from '../cli/support/cli.js';
import { LeakError } from '../support/canaries/leaks.js';
import { plant } from '../support/canaries/registry.js';
import { cleanUp } from '../support/temp-servers.js';

afterAll(cleanUp);

test('a command that prints a canary, here as an unknown command, fails its test', async () => {
  const error: unknown = await runCli({}, plant('text')).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LeakError);
  expect((error as LeakError).message).toContain('text (plain) in stderr of a command');
});
