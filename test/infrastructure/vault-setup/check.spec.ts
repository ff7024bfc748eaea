import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkVault } from '../../../src/infrastructure/vault/check/check-vault.js';
import type { VaultCheck } from '../../../src/infrastructure/vault/check/check-vault.js';
import type { VaultSettings } from '../../../src/infrastructure/vault/open-vault.js';
import { PROCESS_ROLES } from '../../../src/infrastructure/vault/setup/process-roles.js';
import type { ProcessRole } from '../../../src/infrastructure/vault/setup/process-roles.js';
import { newTenantId } from '../../../src/kernel/ids.js';
import type { VaultServer } from '../../support/vault-server.js';
import { withOwnVault } from '../vault/real-vault.js';
import {
  MOUNTS,
  roleSettings,
  rootSettings,
  setUp,
  startSetUpVault,
  withVault,
} from './set-up-vault.js';

withOwnVault('the check of a running role', () => {
  let server: VaultServer;
  beforeAll(async () => {
    server = await startSetUpVault();
  });
  afterAll(() => server?.stop());

  test.each(PROCESS_ROLES)('finds %s as it must be, and leaves nothing behind', async (role) => {
    const check = await checked(await roleSettings(server, role), role);
    expect(wrong(check)).toEqual([]);
    expect(check).toMatchObject({ role, ok: true, isRoot: false });
    expect((await server.ask('LIST', 'numoon-transit/keys')).status).toBe(404);
    expect((await server.ask('LIST', 'numoon/metadata/tenants')).status).toBe(404);
  });

  test('says what it could not try: api makes no key, as it could not destroy it', async () => {
    const settings = await roleSettings(server, 'api');
    const what = 'a key that is there: wrap, unwrap';
    const before = await checked(settings, 'api');
    expect(before.findings).toContainEqual(
      expect.objectContaining({ what, found: 'not tried: there is no key yet', ok: null }),
    );
    const tenantId = newTenantId();
    await withVault(rootSettings(server), ({ keys }) => keys.create(tenantId));
    const after = await checked(settings, 'api');
    expect(after.findings).toContainEqual(expect.objectContaining({ what, ok: true }));
    await withVault(rootSettings(server), async ({ keys }) => {
      expect(await keys.find(tenantId)).toEqual({ newest: 1, oldest: 1 });
      await keys.destroy(tenantId);
    });
  });

  test('fails a root token, and names it', async () => {
    const check = await checked(rootSettings(server), 'all');
    expect(check).toMatchObject({ ok: false, isRoot: true });
    expect(wrong(check)).toEqual(
      expect.arrayContaining(['policies: sys/policies/acl/<name>', 'make a key exportable']),
    );
    expect((await server.ask('LIST', 'numoon-transit/keys')).status).toBe(404);
  });

  test('fails the AppRole of another role, in either direction', async () => {
    const lacking = await checked(await roleSettings(server, 'api'), 'worker');
    expect(wrong(lacking)).toContain('release a key for deletion');
    const excessive = await checked(await roleSettings(server, 'worker'), 'api');
    expect(wrong(excessive)).toContain('release a key for deletion');
  });

  test.each([
    ['rewrap', 'numoon-control-plane', /path "numoon-transit\/rewrap\/\+" \{[^}]*\}/, ''],
    ['unwrap', 'numoon-data-plane', /path "numoon-transit\/decrypt[^}]*\}/, 'numoon-control-plane'],
  ])('fails a role that may not %s', async (act, policy, block, also) => {
    for (const name of [policy, also].filter(Boolean))
      await edit(name, (text) => text.replace(block, ''));
    const check = await checked(await roleSettings(server, 'worker'), 'worker');
    expect(wrong(check)[0]).toBe(
      `${act}: numoon-transit/${act === 'unwrap' ? 'decrypt' : act}/<tenant>`,
    );
    expect(wrong(check)).toContain('a key: make, wrap, rotate, rewrap, retire, destroy');
    await setUp(server);
    expect((await server.ask('LIST', 'numoon-transit/keys')).status).toBe(404);
  });

  test.each([
    [
      'export a key',
      'numoon-transit/export/*',
      'read',
      'take a key out of Vault: numoon-transit/export/encryption-key/<tenant>',
    ],
    ['write policies', 'sys/policies/acl/*', 'update', 'policies: sys/policies/acl/<name>'],
    ['read what is mounted elsewhere', 'elsewhere/only/this', 'read', 'rights in other mounts'],
    ['use another way to log in', 'auth/other/config', 'update', 'rights in other mounts'],
  ])('fails a role that may also %s', async (_, path, capability, what) => {
    await server.ask('POST', 'sys/mounts/elsewhere', { type: 'kv' });
    await server.ask('POST', 'sys/auth/other', { type: 'approle' });
    await edit(
      'numoon-data-plane',
      (text) => `${text}\npath "${path}" { capabilities = ["${capability}"] }`,
    );
    expect(wrong(await checked(await roleSettings(server, 'api'), 'api'))).toContain(what);
    await setUp(server);
  });

  test('sees a limit on parameters that is gone, which no list of capabilities shows', async () => {
    await edit('numoon-control-plane', (text) =>
      text.replaceAll(/ {2}allowed_parameters = \{[^}]*\}\n/g, ''),
    );
    await edit('numoon-closure', (text) =>
      text.replaceAll(/ {2}allowed_parameters = \{[^}]*\}\n/g, ''),
    );
    const check = await checked(await roleSettings(server, 'all'), 'all');
    expect(wrong(check)).toEqual([
      'make a key that can be exported',
      'make a key with a backup in clear',
      'make a key of another kind',
      'make a key exportable',
      'allow a backup in clear',
    ]);
    await setUp(server);
    expect((await server.ask('LIST', 'numoon-transit/keys')).status).toBe(404);
  });

  test('does not take a mount that is shown to everybody for one with rights', async () => {
    await server.ask('POST', 'sys/mounts/elsewhere/tune', { listing_visibility: 'unauth' });
    expect(wrong(await checked(await roleSettings(server, 'api'), 'api'))).toEqual([]);
  });

  test('fails an engine that keeps old versions of secrets', async () => {
    await server.ask('POST', 'numoon/config', { max_versions: 5 });
    expect(wrong(await checked(await roleSettings(server, 'api'), 'api'))).toEqual([
      'versions kept of a secret',
      'a secret: write, read, list, destroy',
    ]);
    await setUp(server);
  });

  test('of a sealed Vault is the named error', async () => {
    const settings = await roleSettings(server, 'api');
    await server.seal();
    await expect(checked(settings, 'api')).rejects.toMatchObject({ code: 'vault_sealed' });
    await server.unseal();
  });

  async function edit(policy: string, change: (text: string) => string): Promise<void> {
    const path = `sys/policies/acl/${policy}`;
    const before = (await server.ask('GET', path)).body.data.policy as string;
    const after = change(before);
    expect(after).not.toBe(before);
    await server.ask('PUT', path, { policy: after });
  }
});

function checked(settings: VaultSettings, role: ProcessRole): Promise<VaultCheck> {
  return withVault(settings, (vault) => checkVault(vault, role, MOUNTS));
}

function wrong({ findings }: VaultCheck): string[] {
  return findings.filter(({ ok }) => ok === false).map(({ what }) => what);
}
