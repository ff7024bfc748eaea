import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cleanUp } from '../support/temp-servers.js';
import { noteSecret } from '../support/canaries/registry.js';
import type { VaultServer } from '../support/vault-server.js';
import { startEmptyVault } from '../infrastructure/vault-setup/set-up-vault.js';
import { withOwnVault } from '../infrastructure/vault/real-vault.js';
import { dataDirEnvironment, jsonOf, runCli, type Env } from './support/cli.js';

interface Setup {
  changes: { kind: string; name: string; action: string; diff: string }[];
  applied: boolean;
  issued: Record<string, string> | null;
}

interface Check {
  ok: boolean;
  isRoot: boolean;
  findings: { what: string; ok: boolean | null }[];
}

afterAll(cleanUp);

describe('numoon vault', () => {
  test('says without VAULT_ADDR that there is no Vault, and with a dead one what is wrong', async () => {
    const env = await dataDirEnvironment();
    const dead = { ...env, VAULT_ADDR: 'http://127.0.0.1:1', VAULT_TOKEN: 'none' };
    const [none, check, setup, unknown] = await Promise.all([
      runCli(env, 'vault', 'check'),
      runCli(dead, 'vault', 'check', '--json'),
      runCli(dead, 'vault', 'setup'),
      runCli(dead, 'vault', 'setup', '--issue', 'root'),
    ]);
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toMatch(/^VAULT_ADDR is not set.*\(usage\)\n$/);
    for (const { code, stdout, stderr } of [check, setup]) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/\(vault_unreachable\)\n$/);
    }
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('--issue must be one of api, worker, all');
  }, 60_000);
});

withOwnVault('numoon vault on a real one', () => {
  let server: VaultServer;
  let env: Env;

  beforeAll(async () => {
    server = await startEmptyVault();
    env = {
      ...(await dataDirEnvironment()),
      VAULT_ADDR: server.address,
      VAULT_TOKEN: server.rootToken,
    };
  }, 60_000);
  afterAll(() => server?.stop());

  test('setup only shows until it is told --yes, and issues nothing before', async () => {
    const looked = await runCli(env, 'vault', 'setup', '--issue', 'api');
    expect(looked).toMatchObject({ code: 1, stdout: '' });
    expect(looked.stderr).toContain(
      'would create policy numoon-closure\n--- /dev/null\n+++ config/vault',
    );
    expect(looked.stderr).toContain(
      '12 to do; nothing was changed, and no credentials were issued.',
    );

    const asJson = jsonOf<Setup>(await runCli(env, 'vault', 'setup', '--json'));
    expect(asJson).toMatchObject({ applied: false, issued: null });
    expect(asJson.changes).toHaveLength(12);

    const done = await runCli(env, 'vault', 'setup', '--yes');
    expect(done.code).toBe(0);
    expect(done.stdout).toContain('created app-role numoon-worker\n');
    expect(done.stderr).toContain('12 done.\nFor the credentials of a process:');

    const again = await runCli(env, 'vault', 'setup');
    expect(again).toMatchObject({ code: 0, stdout: '' });
    expect(again.stderr).toMatch(/^Nothing to do\.\n/);
  }, 90_000);

  test('setup shows a policy that was changed by hand as a diff', async () => {
    const path = 'sys/policies/acl/numoon-session';
    const { policy } = (await server.ask('GET', path)).body.data;
    await server.ask('PUT', path, { policy: `${policy}\n# by hand\n` });
    const { code, stdout } = await runCli(env, 'vault', 'setup');
    expect(code).toBe(1);
    expect(stdout).toContain(`would change policy numoon-session\n--- ${path}\n`);
    expect(stdout).toContain('\n-# by hand\n');
    expect((await runCli(env, 'vault', 'setup', '--yes', '--json')).code).toBe(0);
    expect((await server.ask('GET', path)).body.data.policy).toBe(policy);
  }, 60_000);

  test('check is green with the credentials that were issued, which nothing else ever prints', async () => {
    const issued = await runCli(env, 'vault', 'setup', '--issue', 'worker');
    expect(issued.code).toBe(0);
    const [, roleId, secretId] =
      /^VAULT_ROLE_ID=([0-9a-f-]{36})\nVAULT_SECRET_ID=([0-9a-f-]{36})\n$/.exec(issued.stdout) ??
      [];
    const own = { VAULT_ROLE_ID: roleId as string, VAULT_SECRET_ID: secretId as string };
    noteSecret('secret id', own.VAULT_SECRET_ID);
    const { VAULT_TOKEN: _, ...without } = env;
    const process = { ...without, ...own, NUMOON_ROLE: 'worker' };

    const [table, json, tooMuch] = await Promise.all([
      runCli(process, 'vault', 'check'),
      runCli(process, 'vault', 'check', '--json'),
      runCli({ ...process, NUMOON_ROLE: 'api' }, 'vault', 'check', '--json'),
    ]);
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/release a key for deletion +│ allowed +│ allowed +│ yes/);
    expect(table.stderr).toMatch(/^All \d+ are as NUMOON_ROLE=worker needs\.\n$/);
    expect(json.code).toBe(0);
    expect(jsonOf<Check>(json)).toMatchObject({ ok: true, isRoot: false });
    expect(tooMuch.code).toBe(1);
    expect(jsonOf<Check>(tooMuch).ok).toBe(false);

    // An operator's token wins in setup over the AppRole that the machine has, and not in check.
    const both = { ...process, VAULT_TOKEN: server.rootToken };
    expect((await runCli(both, 'vault', 'setup')).code).toBe(0);
    expect((await runCli(process, 'vault', 'setup')).stderr).toContain('(vault_setup_denied)');
    expect((await runCli(both, 'vault', 'check', '--json')).code).toBe(0);
  }, 90_000);

  test('check fails a root token and says to use an AppRole', async () => {
    const { code, stderr, stdout } = await runCli(env, 'vault', 'check', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, isRoot: true });
    expect(stderr).toContain('This is a root token');
    expect(stderr).toContain('AppRole');
  }, 60_000);

  test('both name a sealed Vault', async () => {
    await server.seal();
    for (const command of ['check', 'setup']) {
      const { code, stdout, stderr } = await runCli(env, 'vault', command);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('(vault_sealed)');
    }
  }, 60_000);
});
