import { join } from 'node:path';
import type { Config } from '../../../config/load.js';
import { RootKeyError } from '../../control-plane/catalog/root-key.js';
import { KeyringKeyStore } from '../../infrastructure/keyring/keyring.key-store.js';
import { KeyringSecretStore } from '../../infrastructure/keyring/keyring.secret-store.js';
import { loadMasterKey } from '../../infrastructure/keyring/master-key.js';
import { holdsEntries } from '../../infrastructure/keyring/store-layout.js';
import { openVault, type VaultSettings } from '../../infrastructure/vault/open-vault.js';
import type { KeyStore } from '../../kernel/key-store.js';
import type { SecretStore } from '../../kernel/secret-store.js';

/** Where keys and secrets live: Vault where VAULT_ADDR names one, else the keyring. */
export interface Stores {
  kind: 'vault' | 'keyring';
  secrets: SecretStore;
  keys: KeyStore;
  close(): Promise<void>;
}

/** Told of every call to the stores: for metrics. */
export type StoreObserver = (operation: string, outcome: string, seconds: number) => void;

/** Where the keyring and its master key are. */
export function keyringPlace(config: Pick<Config, 'dataDir' | 'masterKeyFile'>) {
  return {
    file: config.masterKeyFile ?? join(config.dataDir, 'master.key'),
    storeDir: join(config.dataDir, 'keyring'),
  };
}

/**
 * @param mayBegin whether a store may start from nothing: only for a catalog that was never used
 * @throws KeyringError master_key_*; RootKeyError root_key_missing; VaultError
 */
export async function openStores(
  config: Config,
  mayBegin: boolean,
  observe: StoreObserver,
): Promise<Stores> {
  if (config.vaultAddress !== null) {
    return openVaultStores({ ...config, vaultAddress: config.vaultAddress }, observe);
  }
  const { file, storeDir } = keyringPlace(config);
  // Before anything is made there: what is put back later should find the place as it was.
  if (!mayBegin && !(await holdsEntries(storeDir))) throw new RootKeyError('root_key_missing');
  const masterKey = await loadMasterKey({ file, storeDir, createIfMissing: mayBegin });
  return {
    kind: 'keyring',
    secrets: await KeyringSecretStore.open({ dir: storeDir, masterKey, called: observe }),
    keys: await KeyringKeyStore.open({ dir: storeDir, masterKey, called: observe }),
    close: async () => undefined,
  };
}

/** Asks Vault how it stands before anything is built on it: a start without it would serve nobody. */
async function openVaultStores(settings: VaultSettings, observe: StoreObserver): Promise<Stores> {
  const { keys, secrets, close } = openVault(settings, { called: observe });
  try {
    await keys.check();
    await secrets.check();
    return { kind: 'vault', keys, secrets, close };
  } catch (error) {
    await close();
    throw error;
  }
}
