import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConnectorNameError } from '../../src/connectors/kit/contract/contract.errors.js';
import { newConnector } from '../../src/connectors/kit/contract/new-connector.js';
import { cleanUp, createTempFolder } from '../support/temp-servers.js';
import { dataDirEnvironment, jsonOf, runCli, type Env } from './support/cli.js';

const ROOT = resolve(import.meta.dirname, '../..');

interface Checked {
  connector: string;
  faults: string[];
}

let env: Env;
let checkout: string;
let folder: string;

/** A checkout with the kit and no connector. */
beforeAll(async () => {
  env = await dataDirEnvironment();
  checkout = await createTempFolder();
  folder = join(checkout, 'src/connectors');
  await mkdir(folder, { recursive: true });
  for (const part of ['src/kernel', 'src/connectors/kit', 'node_modules', 'package.json']) {
    await symlink(join(ROOT, part), join(checkout, part));
  }
});

afterAll(cleanUp);

const connectors = (...args: string[]) =>
  runCli(env, 'connectors', ...args, '--folder', folder, '--json');

describe('numoon connectors new', () => {
  test('makes a folder that compiles, and of which check names what is to do, line by line', async () => {
    const made = await connectors('new', 'lemon-tea');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const { name, files } = jsonOf<{ name: string; files: string[] }>(made);
    expect(name).toBe('lemon-tea');
    expect(files.map((file) => resolve(ROOT, file))).toContain(
      join(folder, 'lemon-tea/connector.ts'),
    );
    expect(await compile()).toBe('');

    const checked = await connectors('check', 'lemon-tea');
    expect(checked.code).toBe(1);
    const [{ connector, faults }] = jsonOf<[Checked]>(checked);
    expect(connector).toBe('lemon-tea');
    for (const file of files) {
      const lines = (await readFile(resolve(ROOT, file), 'utf8')).split('\n');
      const name = file.split('/lemon-tea/')[1];
      for (const [index, line] of lines.entries()) {
        if (!line.includes('TODO')) continue;
        expect(faults).toContainEqual(expect.stringContaining(`${name}, line ${index + 1}, `));
      }
    }
    const all = faults.join('\n');
    for (const part of ['facts.hosts', 'facts.scopes.read', 'facts.forbiddenFields', 'revoke']) {
      expect(all).toContain(part);
    }
  }, 120_000);

  test('puts its own name into addresses and settings', async () => {
    const { code } = await connectors('new', 'iced-tea');
    expect(code).toBe(0);
    const readme = await readFile(join(folder, 'iced-tea/README.md'), 'utf8');
    expect(readme).toContain('/oauth/callback/iced-tea');
    expect(readme).toContain('NUMOON_PROVIDER_ICED_TEA_CLIENT_ID');
  });

  test('changes nothing of a connector that is there', async () => {
    await mkdir(join(folder, 'old-tea'));
    await writeFile(join(folder, 'old-tea/connector.ts'), 'mine');
    const again = await runCli(env, 'connectors', 'new', 'old-tea', '--folder', folder);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('There is a folder "old-tea" among the connectors already.');
    expect(await readFile(join(folder, 'old-tea/connector.ts'), 'utf8')).toBe('mine');
  });

  test('refuses a name that is none for a folder, an address and a setting', async () => {
    const refused = await runCli(env, 'connectors', 'new', '../lemon', '--folder', folder);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('"../lemon" cannot be the name of a connector');
    for (const name of ['', 'Lemon', 'lemon_tea', '-lemon', 'lemon-', 'lemon--tea', 'kit', '7up']) {
      await expect(newConnector(folder, name)).rejects.toThrow(ConnectorNameError);
    }
  });

  test('needs the kit', async () => {
    const empty = await createTempFolder();
    const refused = await runCli(env, 'connectors', 'new', 'lemon', '--folder', empty);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('Run this in a checkout of the source.');
  });
});

describe('numoon connectors check', () => {
  test('ends with 0 where all keep the contract', async () => {
    const checked = await runCli(env, 'connectors', 'check', '--json');
    const results = jsonOf<Checked[]>(checked);
    expect(results.filter(({ faults }) => faults.length > 0)).toEqual([]);
    expect(results.map(({ connector }) => connector)).toEqual(
      expect.arrayContaining(['google-analytics', 'hubspot', 'shopify', 'stripe']),
    );
    expect(checked.code).toBe(0);
  });

  test('looks into another folder where it is told to', async () => {
    const madeUp = join(ROOT, 'test/connectors/made-up');
    const checked = await runCli(env, 'connectors', 'check', '--folder', madeUp);
    expect(checked).toEqual({ code: 0, stdout: '', stderr: 'harbor: keeps the contract\n' });
  });

  test('says which connector cannot be loaded, and why', async () => {
    const broken = await createTempFolder();
    await mkdir(join(broken, 'lemon'));
    await writeFile(join(broken, 'lemon/connector.ts'), 'export const conector = 1;');
    const checked = await runCli(env, 'connectors', 'check', '--folder', broken);
    expect(checked).toMatchObject({ code: 1, stdout: '' });
    expect(checked.stderr).toContain(`${join(broken, 'lemon')} exports no "connector".`);
  });

  test('says what there is where it does not find a connector', async () => {
    const checked = await runCli(env, 'connectors', 'check', 'harbour');
    expect(checked).toMatchObject({ code: 2, stdout: '' });
    expect(checked.stderr).toContain('There is no connector "harbour"');
    expect(checked.stderr).toContain('stripe');
  });
});

/** What the compiler says of the checkout; nothing is good. */
async function compile(): Promise<string> {
  const config = join(checkout, 'tsconfig.json');
  await cp(join(ROOT, 'tsconfig.json'), config);
  const settings = { extends: './base.json', include: ['src/connectors/lemon-tea'] };
  await cp(config, join(checkout, 'base.json'));
  await writeFile(config, JSON.stringify(settings));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const done = promisify(execFile)(process.execPath, [tsc, '-p', checkout, '--noEmit']);
  return done.then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
}
