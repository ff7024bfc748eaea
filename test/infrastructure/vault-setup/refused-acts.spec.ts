import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROCESS_ROLES } from '../../../src/infrastructure/vault/setup/process-roles.js';
import { newTenantId } from '../../../src/kernel/ids.js';
import type { VaultServer } from '../../support/vault-server.js';
import { withOwnVault } from '../vault/real-vault.js';
import {
  roleSettings,
  rootSettings,
  startSetUpVault,
  tokenWith,
  withVault,
} from './set-up-vault.js';

const tenantId = newTenantId();
const key = `numoon-transit/keys/${tenantId}`;
const secret = `tenants/${tenantId}/token`;

type Act = [what: string, method: string, path: string, body?: object];

/** Done on a key and a secret that are there, so that nothing but the policy stands in the way. */
const FOR_ALL: Act[] = [
  [
    'make a key by encrypting',
    'POST',
    `numoon-transit/encrypt/${newTenantId()}`,
    { plaintext: '' },
  ],
  ['make an exportable key', 'POST', `numoon-transit/keys/${newTenantId()}`, { exportable: true }],
  [
    'make a key with a clear backup',
    'POST',
    `numoon-transit/keys/${newTenantId()}`,
    { allow_plaintext_backup: true },
  ],
  ['make a key exportable', 'POST', `${key}/config`, { exportable: true }],
  [
    'make a key exportable in passing',
    'POST',
    `${key}/config`,
    { min_decryption_version: 1, exportable: true },
  ],
  ['allow a clear backup', 'POST', `${key}/config`, { allow_plaintext_backup: true }],
  ['export a key', 'GET', `numoon-transit/export/encryption-key/${tenantId}`],
  ['back a key up', 'GET', `numoon-transit/backup/${tenantId}`],
  ['have a data key in clear', 'POST', `numoon-transit/datakey/plaintext/${tenantId}`, {}],
  ['import a key', 'POST', `numoon-transit/keys/${newTenantId()}/import`, { ciphertext: 'x' }],
  ['allow keys by encrypting', 'POST', 'numoon-transit/config/keys', { disable_upsert: false }],
  ['replace the root key', 'POST', 'numoon/data/central/root', { data: { key: 'x' } }],
  ['destroy the root key', 'DELETE', 'numoon/metadata/central/root'],
  ['delete the root key', 'DELETE', 'numoon/data/central/root'],
  ['read another secret of the installation', 'GET', 'numoon/data/central/other'],
  ['keep versions of secrets', 'POST', 'numoon/config', { max_versions: 10 }],
  ['change a policy', 'PUT', 'sys/policies/acl/numoon-session', { policy: 'path "*" {}' }],
  ['read a policy', 'GET', 'sys/policies/acl/numoon-session'],
  ['unmount', 'DELETE', 'sys/mounts/numoon'],
  ['mount', 'POST', 'sys/mounts/more', { type: 'kv' }],
  ['enable a way to log in', 'POST', 'sys/auth/more', { type: 'approle' }],
  ['widen its own AppRole', 'POST', 'auth/approle/role/numoon-api', { token_policies: ['root'] }],
  ['issue itself a secret id', 'POST', 'auth/approle/role/numoon-all/secret-id', {}],
  ['make a token', 'POST', 'auth/token/create', {}],
  ['read another mount', 'GET', 'elsewhere/anything'],
  ['list audit devices', 'GET', 'sys/audit'],
  ['seal', 'PUT', 'sys/seal'],
];

const FOR_API: Act[] = [
  ['release a key for deletion', 'POST', `${key}/config`, { deletion_allowed: true }],
  ['delete a key', 'DELETE', key],
];

/** What the data plane's policy alone, without the control plane's, must not grant. */
const FOR_DATA_PLANE: Act[] = [
  ...FOR_API,
  ['make a key', 'POST', `numoon-transit/keys/${newTenantId()}`, { type: 'aes256-gcm96' }],
  ['rotate', 'POST', `${key}/rotate`, {}],
  ['configure a key', 'POST', `${key}/config`, { min_decryption_version: 1 }],
  ['trim', 'POST', `${key}/trim`, { min_available_version: 1 }],
  ['list keys', 'LIST', 'numoon-transit/keys'],
  ['list tenants', 'LIST', 'numoon/metadata/tenants'],
  ['read the root key', 'GET', 'numoon/data/central/root'],
];

const FOR_CLOSURE: Act[] = [
  ['read a secret', 'GET', `numoon/data/${secret}`],
  ['decrypt', 'POST', `numoon-transit/decrypt/${tenantId}`, { ciphertext: 'vault:v1:x' }],
  ['retire versions', 'POST', `${key}/config`, { min_decryption_version: 1 }],
  ['read the root key', 'GET', 'numoon/data/central/root'],
];

const FOR_CONTROL_PLANE: Act[] = [
  ...FOR_API,
  ['read a secret', 'GET', `numoon/data/${secret}`],
  ['write a secret', 'POST', `numoon/data/${secret}`, { data: {} }],
  ['destroy a secret', 'DELETE', `numoon/metadata/${secret}`],
  ["list a tenant's secrets", 'LIST', `numoon/metadata/tenants/${tenantId}`],
];

withOwnVault('a process of NuMoon in Vault', () => {
  let server: VaultServer;

  beforeAll(async () => {
    server = await startSetUpVault();
    await server.ask('POST', 'sys/mounts/elsewhere', { type: 'kv' });
    await server.ask('POST', 'elsewhere/anything', { text: 'there' });
    await withVault(rootSettings(server), async ({ keys, secrets }) => {
      await keys.create(tenantId);
      await secrets.put({ tenantId, name: 'token' }, { text: 'there' });
      await secrets.put({ tenantId: 'central', name: 'root' }, { key: 'there' });
      await secrets.put({ tenantId: 'central', name: 'other' }, { key: 'there' });
    });
  });
  afterAll(() => server?.stop());

  test.each(PROCESS_ROLES)('of role %s is refused every act that is nobody’s', async (role) => {
    const token = await loginAs(role);
    const acts = role === 'api' ? [...FOR_ALL, ...FOR_API] : FOR_ALL;
    expect(await allowed(acts, token)).toEqual([]);
  });

  test.each([
    ['numoon-data-plane', FOR_DATA_PLANE],
    ['numoon-control-plane', FOR_CONTROL_PLANE],
    ['numoon-closure', FOR_CLOSURE],
  ])('with %s alone is refused what belongs to the others', async (policy, acts) => {
    const token = await tokenWith(server, [policy]);
    expect(await allowed([...FOR_ALL, ...acts], token)).toEqual([]);
  });

  test('would be seen to be let through: root does the very same acts that leave all in place', async () => {
    const harmless = [...FOR_DATA_PLANE, ...FOR_CONTROL_PLANE].filter(
      ([, method]) => method !== 'DELETE',
    );
    expect(await allowed(harmless, server.rootToken)).toEqual(harmless.map(([what]) => what));
  });

  test('lives twenty minutes, renews that, and ends after a day', async () => {
    const token = await loginAs('worker');
    const own = { 'X-Vault-Token': token };
    const { data } = (await server.ask('GET', 'auth/token/lookup-self', undefined, own)).body;
    expect(data).toMatchObject({ creation_ttl: 1_200, renewable: true, num_uses: 0 });
    expect(data.policies).not.toContain('default');
    const renewed = await server.ask('POST', 'auth/token/renew-self', {}, own);
    expect(renewed.body.auth).toMatchObject({ lease_duration: 1_200, renewable: true });
    const { data: role } = (await server.ask('GET', 'auth/approle/role/numoon-worker')).body;
    expect(role).toMatchObject({ token_max_ttl: 86_400, token_period: 0 });
  });

  async function loginAs(role: (typeof PROCESS_ROLES)[number]): Promise<string> {
    const { vaultRoleId, vaultSecretId } = await roleSettings(server, role);
    const login = await server.ask('POST', 'auth/approle/login', {
      role_id: vaultRoleId?.reveal(),
      secret_id: vaultSecretId?.reveal(),
    });
    return login.body.auth.client_token;
  }

  /** Names of the acts that Vault did anything else with than to deny them. */
  async function allowed(acts: Act[], token: string): Promise<string[]> {
    const through: string[] = [];
    for (const [what, method, path, body] of acts) {
      const { status } = await server.ask(method, path, body, { 'X-Vault-Token': token });
      if (status !== 403) through.push(what);
    }
    return through;
  }
});
