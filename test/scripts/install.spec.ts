import { afterEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTempProject, putFile, runNode } from '../support/temp-project.js';
import { cleanUp } from '../support/temp-servers.js';

afterEach(cleanUp);

const INSTALL = ['-e', "import('./scripts/lib/install.mjs').then((m) => m.ensureInstalled())"];

test('packages are installed when missing, and again only when the lock file asks for others', async () => {
  const project = await createTempProject({ 'tiny/package.json': manifest('tiny', '1.0.0') });
  await lockTiny(project);

  const first = await runNode(project, INSTALL);
  expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('Installing packages') });
  expect(existsSync(join(project, 'node_modules', 'tiny'))).toBe(true);
  expect(await runNode(project, INSTALL)).toMatchObject({ code: 0, stderr: '' });

  await putFile(project, 'tiny/package.json', manifest('tiny', '2.0.0'));
  const installed = join(project, 'node_modules', '.package-lock.json');
  await writeFile(installed, '{"packages":{"node_modules/tiny":{"version":"0.9.0"}}}');
  expect((await runNode(project, INSTALL)).stderr).toContain('Installing packages');
});

test('an install that was interrupted is done again', async () => {
  const project = await createTempProject({ 'tiny/package.json': manifest('tiny', '1.0.0') });
  await lockTiny(project);
  await putFile(project, 'node_modules/tiny/package.json', manifest('tiny', '1.0.0'));
  expect((await runNode(project, INSTALL)).stderr).toContain('Installing packages');
});

test('without a network the failure says so and what to try', async () => {
  const project = await createTempProject({
    'package.json': JSON.stringify({ name: 'p', dependencies: { tiny: '1.0.0' } }),
    'package-lock.json': JSON.stringify({
      name: 'p',
      lockfileVersion: 3,
      packages: {
        '': { name: 'p', dependencies: { tiny: '1.0.0' } },
        'node_modules/tiny': { version: '1.0.0', resolved: 'http://127.0.0.1:1/tiny-1.0.0.tgz' },
      },
    }),
  });
  const script = [
    '-e',
    "import('./scripts/lib/fail.mjs').then(({ orFail }) => orFail(async () => (await import('./scripts/lib/install.mjs')).ensureInstalled()))",
  ];
  const { code, stderr } = await runNode(project, script, {
    npm_config_fetch_retries: '0',
    npm_config_registry: 'http://127.0.0.1:1/',
    npm_config_cache: join(project, 'cache'),
  });
  expect(code).toBe(1);
  expect(stderr).toContain('The package registry cannot be reached. Check the network');
});

/** Leaves a lock file that asks for tiny 1.0.0 from a file, and no node_modules. */
async function lockTiny(project: string): Promise<void> {
  await putFile(project, 'package.json', JSON.stringify({ name: 'p', version: '1.0.0' }));
  const npm = (...args: string[]) =>
    execFileSync('npm', [...args, '--offline', '--no-audit', '--no-fund'], {
      cwd: project,
      stdio: 'ignore',
    });
  npm('pack', './tiny');
  npm('install', './tiny-1.0.0.tgz');
  await rm(join(project, 'node_modules'), { recursive: true });
}

function manifest(name: string, version: string): string {
  return JSON.stringify({ name, version });
}
