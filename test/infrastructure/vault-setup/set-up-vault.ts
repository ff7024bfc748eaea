import { openVault } from '../../../src/infrastructure/vault/open-vault.js';
import type { OpenedVault, VaultSettings } from '../../../src/infrastructure/vault/open-vault.js';
import { issueCredentials } from '../../../src/infrastructure/vault/setup/issue-credentials.js';
import { planSetup } from '../../../src/infrastructure/vault/setup/plan-setup.js';
import type { Change } from '../../../src/infrastructure/vault/setup/change.js';
import type { ProcessRole } from '../../../src/infrastructure/vault/setup/process-roles.js';
import { Secret } from '../../../src/kernel/secret.js';
import { noteSecret } from '../../support/canaries/registry.js';
import { KV_MOUNT, TRANSIT_MOUNT, startVaultServer } from '../../support/vault-server.js';
import type { VaultServer } from '../../support/vault-server.js';

export const MOUNTS = { kv: KV_MOUNT, transit: TRANSIT_MOUNT };

/** A Vault that knows nothing of us: not even the engines are there. */
export async function startEmptyVault(): Promise<VaultServer> {
  const server = await startVaultServer();
  noteSecret('root token of Vault', server.rootToken);
  for (const mount of [KV_MOUNT, TRANSIT_MOUNT]) await server.ask('DELETE', `sys/mounts/${mount}`);
  return server;
}

/** An empty Vault after `numoon vault setup --yes`. */
export async function startSetUpVault(): Promise<VaultServer> {
  const server = await startEmptyVault();
  await setUp(server);
  return server;
}

export async function plan(server: VaultServer): Promise<Change[]> {
  const vault = openVault(rootSettings(server));
  try {
    return await planSetup(vault.client, MOUNTS);
  } finally {
    await vault.close();
  }
}

/** @returns what had to be done */
export async function setUp(server: VaultServer): Promise<Change[]> {
  const vault = openVault(rootSettings(server));
  try {
    const changes = await planSetup(vault.client, MOUNTS);
    for (const change of changes) await change.apply();
    return changes;
  } finally {
    await vault.close();
  }
}

export function rootSettings(server: VaultServer): VaultSettings {
  return {
    vaultAddress: server.address,
    vaultNamespace: null,
    vaultCaFile: null,
    vaultToken: new Secret(server.rootToken),
    vaultRoleId: null,
    vaultSecretId: null,
    vaultKvMount: KV_MOUNT,
    vaultTransitMount: TRANSIT_MOUNT,
    vaultTimeoutMs: 5_000,
  };
}

/** What a process of this role is given: new credentials of its AppRole. */
export async function roleSettings(server: VaultServer, role: ProcessRole): Promise<VaultSettings> {
  const vault = openVault(rootSettings(server));
  try {
    const { roleId, secretId } = await issueCredentials(vault.client, role);
    noteSecret('secret id', secretId.reveal());
    return {
      ...rootSettings(server),
      vaultToken: null,
      vaultRoleId: roleId,
      vaultSecretId: secretId,
    };
  } finally {
    await vault.close();
  }
}

export async function withVault<T>(
  settings: VaultSettings,
  work: (vault: OpenedVault) => Promise<T>,
): Promise<T> {
  const vault = openVault(settings);
  try {
    return await work(vault);
  } finally {
    await vault.close();
  }
}

/** A token with these policies alone. */
export async function tokenWith(server: VaultServer, policies: string[]): Promise<string> {
  const made = await server.ask('POST', 'auth/token/create', { policies, no_default_policy: true });
  return made.body.auth.client_token;
}
