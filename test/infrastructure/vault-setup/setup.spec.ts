import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { planSetup } from '../../../src/infrastructure/vault/setup/plan-setup.js';
import { Secret } from '../../../src/kernel/secret.js';
import type { VaultServer } from '../../support/vault-server.js';
import { withOwnVault } from '../vault/real-vault.js';
import {
  MOUNTS,
  plan,
  rootSettings,
  setUp,
  startEmptyVault,
  tokenWith,
  withVault,
} from './set-up-vault.js';

withOwnVault('setting up a Vault', () => {
  let server: VaultServer;
  beforeAll(async () => {
    server = await startEmptyVault();
  });
  afterAll(() => server?.stop());

  test('makes everything in an empty one, and finds nothing to do the second time', async () => {
    const looked = await plan(server);
    expect(looked.map(({ kind, name, action }) => `${action} ${kind} ${name}`)).toEqual([
      'create mount numoon',
      'create mount numoon-transit',
      'create engine-settings numoon/config',
      'create engine-settings numoon-transit/config/keys',
      'create policy numoon-session',
      'create policy numoon-control-plane',
      'create policy numoon-data-plane',
      'create policy numoon-closure',
      'create auth-method approle',
      'create app-role numoon-api',
      'create app-role numoon-worker',
      'create app-role numoon-all',
    ]);
    // Looking changed nothing.
    expect((await server.ask('GET', 'sys/policies/acl/numoon-closure')).status).toBe(404);
    expect(await setUp(server)).toHaveLength(12);
    expect(await plan(server)).toEqual([]);
    const kept = await server.ask('GET', 'numoon/config');
    expect(kept.body.data.max_versions).toBe(1);
  });

  test('shows what was changed by hand in a policy, and puts it back', async () => {
    const path = 'sys/policies/acl/numoon-data-plane';
    const { policy } = (await server.ask('GET', path)).body.data;
    const widened = policy.replace('["read"]', '["read", "delete"]');
    await server.ask('PUT', path, { policy: widened });

    const [change, ...others] = await plan(server);
    expect(others).toEqual([]);
    expect(change).toMatchObject({ kind: 'policy', name: 'numoon-data-plane', action: 'change' });
    const lines = change?.diff.split('\n') ?? [];
    expect(lines.slice(0, 2)).toEqual([`--- ${path}`, '+++ config/vault/numoon-data-plane.hcl']);
    expect(lines.filter((line) => /^[-+] /.test(line))).toEqual([
      '-  capabilities = ["read", "delete"]',
      '+  capabilities = ["read"]',
    ]);

    await setUp(server);
    expect((await server.ask('GET', path)).body.data.policy).toBe(policy);
    expect(await plan(server)).toEqual([]);
  });

  test('puts an AppRole and the settings of an engine back, and leaves what is the operator’s', async () => {
    const path = 'auth/approle/role/numoon-api';
    await server.ask('POST', path, {
      token_policies: ['numoon-session', 'numoon-closure', 'numoon-control-plane'],
      token_period: 3_600,
      secret_id_ttl: 86_400,
      token_bound_cidrs: ['127.0.0.0/8'],
    });
    await server.ask('POST', 'numoon/config', { max_versions: 7 });
    const changes = await setUp(server);
    expect(changes.map(({ name }) => name)).toEqual(['numoon/config', 'numoon-api']);
    expect(changes[0]?.diff).toContain('-max_versions = 7\n+max_versions = 1');
    expect(changes[1]?.diff).toContain('-token_period = 3600');
    const { data } = (await server.ask('GET', path)).body;
    expect(data).toMatchObject({
      token_policies: ['numoon-control-plane', 'numoon-data-plane', 'numoon-session'],
      token_period: 0,
      secret_id_ttl: 86_400,
      token_bound_cidrs: ['127.0.0.0/8'],
    });
    expect(await plan(server)).toEqual([]);
    await server.ask('POST', path, { token_bound_cidrs: [], secret_id_ttl: 0 });
  });

  test.each([
    ['another engine', 'taken', { type: 'pki' }, 'taken', 'pki'],
    ['KV version 1', 'old', { type: 'kv', options: { version: '1' } }, 'old', 'kv version 1'],
    ['a mount above', 'deep', { type: 'pki' }, 'deep/keys', 'pki at deep/'],
    ['a mount below', 'wide/below', { type: 'pki' }, 'wide', 'pki at wide/below/'],
  ])(
    'refuses %s where ours belongs, before anything is changed',
    async (_, path, mount, kv, found) => {
      await server.ask('POST', `sys/mounts/${path}`, mount);
      await withVault(rootSettings(server), async ({ client }) => {
        await expect(planSetup(client, { kv, transit: 'not-there-yet' })).rejects.toMatchObject({
          code: 'vault_mount_taken',
          fields: { mount: kv, found },
        });
      });
      await server.ask('DELETE', `sys/mounts/${path}`);
    },
  );

  test('tells an operator whose token may not do it', async () => {
    const token = await tokenWith(server, ['numoon-session']);
    const settings = { ...rootSettings(server), vaultToken: new Secret(token) };
    await withVault(settings, async ({ client }) => {
      await expect(planSetup(client, MOUNTS)).rejects.toMatchObject({
        code: 'vault_setup_denied',
        fields: { operation: 'setup.read', path: 'sys/mounts' },
      });
    });
  });

  test('works with the operator’s policy of the guide', async () => {
    await server.ask('PUT', 'sys/policies/acl/setup', { policy: await operatorPolicy() });
    const token = await tokenWith(server, ['setup', 'numoon-session']);
    for (const path of ['sys/mounts/numoon', 'sys/mounts/numoon-transit', 'sys/auth/approle']) {
      await server.ask('DELETE', path);
    }
    await server.ask('DELETE', 'sys/policies/acl/numoon-closure');
    const settings = { ...rootSettings(server), vaultToken: new Secret(token) };
    await withVault(settings, async ({ client }) => {
      const changes = await planSetup(client, MOUNTS);
      expect(changes).toHaveLength(9);
      for (const change of changes) await change.apply();
      expect(await planSetup(client, MOUNTS)).toEqual([]);
    });
  });
});

/** As it is printed for people to copy. */
async function operatorPolicy(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const guide = await readFile('docs/operations-vault.md', 'utf8');
  const policy = /```hcl\n([\s\S]*?)```/.exec(guide)?.[1];
  if (policy === undefined) throw new Error('The guide has no policy for the operator.');
  return policy;
}
