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
    const [none, check, unknown] = await Promise.all([
      runCli(env, 'vault', 'setup'),
      runCli(dead, 'vault', 'check', '--json'),
      runCli(dead, 'vault', 'setup', '--issue', 'root'),
    ]);
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toMatch(/^VAULT_ADDR is not set.*\(usage\)\n$/);
    expect(check).toMatchObject({ code: 1, stdout: '' });
    expect(check.stderr).toMatch(/\(vault_unreachable\)\n$/);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('--issue must be one of api, worker, all');
  }, 150_000);
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
  }, 150_000);
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

    const done = await runCli(env, 'vault', 'setup', '--yes', '--json');
    expect(done.code).toBe(0);
    expect(done.stderr).toContain('12 done.\nFor the credentials of a process:');
    const { changes, applied, issued } = jsonOf<Setup>(done);
    expect({ applied, issued, count: changes.length }).toEqual({
      applied: true,
      issued: null,
      count: 12,
    });

    const again = await runCli(env, 'vault', 'setup');
    expect(again).toMatchObject({ code: 0, stdout: '' });
    expect(again.stderr).toMatch(/^Nothing to do\.\n/);
  }, 150_000);

  test('setup shows a policy that was changed by hand as a diff, and repairs it with --yes', async () => {
    const path = 'sys/policies/acl/numoon-session';
    const { policy } = (await server.ask('GET', path)).body.data;
    await server.ask('PUT', path, { policy: `${policy}\n# by hand\n` });
    const looked = await runCli(env, 'vault', 'setup');
    expect(looked.code).toBe(1);
    expect(looked.stdout).toContain(`would change policy numoon-session\n--- ${path}\n`);
    expect(looked.stdout).toContain('\n-# by hand\n');
    const repaired = await runCli(env, 'vault', 'setup', '--yes');
    expect(repaired).toMatchObject({ code: 0 });
    expect(repaired.stdout).toContain('changed policy numoon-session\n');
    expect((await server.ask('GET', path)).body.data.policy).toBe(policy);
  }, 150_000);

  test('check is green with the credentials that were issued, which nothing else ever prints', async () => {
    const issued = await runCli(env, 'vault', 'setup', '--issue', 'worker');
    expect(issued.code).toBe(0);
    const [, roleId, secretId] =
      /^VAULT_ROLE_ID=([0-9a-f-]{36})\nVAULT_SECRET_ID=([0-9a-f-]{36})\n$/.exec(issued.stdout) ??
      [];
    const own = { VAULT_ROLE_ID: roleId as string, VAULT_SECRET_ID: secretId as string };
    noteSecret('secret id', own.VAULT_SECRET_ID);
    const { VAULT_TOKEN: token, ...without } = env;
    const process = { ...without, ...own, NUMOON_ROLE: 'worker' };

    const [table, tooMuch, denied, operator] = await Promise.all([
      // The AppRole wins over a token that is there as well, as it does for NuMoon itself ...
      runCli({ ...process, VAULT_TOKEN: token as string }, 'vault', 'check'),
      runCli({ ...process, NUMOON_ROLE: 'api' }, 'vault', 'check', '--json'),
      runCli(process, 'vault', 'setup'),
      // ... and the operator's token over the AppRole of the machine.
      runCli({ ...process, VAULT_TOKEN: token as string }, 'vault', 'setup'),
    ]);
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/release a key for deletion +│ allowed +│ allowed +│ yes/);
    expect(table.stderr).toMatch(/^All \d+ are as NUMOON_ROLE=worker needs\.\n$/);
    expect(tooMuch.code).toBe(1);
    expect(jsonOf<Check>(tooMuch)).toMatchObject({ ok: false, isRoot: false });
    expect(denied).toMatchObject({ code: 1, stdout: '' });
    expect(denied.stderr).toContain('(vault_setup_denied)');
    expect(operator.code).toBe(0);
  }, 150_000);

  test('check fails a root token and says to use an AppRole', async () => {
    const { code, stderr, stdout } = await runCli(env, 'vault', 'check', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, isRoot: true });
    expect(stderr).toContain('This is a root token');
    expect(stderr).toContain('AppRole');
  }, 150_000);

  test('both name a sealed Vault', async () => {
    await server.seal();
    const results = await Promise.all(
      ['check', 'setup'].map((command) => runCli(env, 'vault', command)),
    );
    for (const { code, stdout, stderr } of results) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('(vault_sealed)');
    }
  }, 150_000);
});
