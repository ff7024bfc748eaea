import { KeyringKeyStore } from '../../../src/infrastructure/keyring/keyring.key-store.js';
import { KeyringSecretStore } from '../../../src/infrastructure/keyring/keyring.secret-store.js';
import { loadMasterKey } from '../../../src/infrastructure/keyring/master-key.js';
import type { Place } from './keyring-processes.js';

export interface KeyringStores {
  secrets: KeyringSecretStore;
  keys: KeyringKeyStore;
}

/** Both stores as a process that starts now opens them. */
export async function openKeyring(place: Place, createIfMissing = false): Promise<KeyringStores> {
  const masterKey = await loadMasterKey({ ...place, createIfMissing });
  return {
    secrets: await KeyringSecretStore.open({ dir: place.storeDir, masterKey }),
    keys: await KeyringKeyStore.open({ dir: place.storeDir, masterKey }),
  };
}
