import { loadConfig, type Config } from '../../../../config/load.js';
import { openVault, type OpenedVault } from '../../../infrastructure/vault/open-vault.js';
import type { Mounts } from '../../../infrastructure/vault/setup/policy-files.js';
import { UsageError } from '../usage.error.js';

export interface VaultAccess {
  vault: OpenedVault;
  mounts: Mounts;
  role: Config['role'];
}

/**
 * Opens the Vault of the settings and nothing else: no database is needed.
 *
 * @param as a process logs in as NuMoon does, where an AppRole wins; an operator's VAULT_TOKEN wins over
 *   the AppRole that the same machine may have for its process
 * @throws UsageError without VAULT_ADDR; VaultError
 */
export async function withVault<T>(
  as: 'process' | 'operator',
  work: (access: VaultAccess) => Promise<T>,
): Promise<T> {
  const config = loadConfig();
  const { vaultAddress, vaultKvMount: kv, vaultTransitMount: transit, role } = config;
  if (vaultAddress === null) {
    throw new UsageError('VAULT_ADDR is not set: keys are in the keyring, and there is no Vault.');
  }
  const byToken = as === 'operator' && config.vaultToken !== null;
  const vault = openVault({
    ...config,
    vaultAddress,
    ...(byToken ? { vaultRoleId: null, vaultSecretId: null } : {}),
  });
  try {
    return await work({ vault, mounts: { kv, transit }, role });
  } finally {
    await vault.close();
  }
}
