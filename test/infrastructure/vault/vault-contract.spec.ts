import { afterAll, beforeAll } from '@jest/globals';
import { describeKeyStore } from '../stores/key-store.contract.js';
import { describeSecretStore } from '../stores/secret-store.contract.js';
import { startRealVault, withRealVault } from './real-vault.js';
import type { RealVault } from './real-vault.js';

withRealVault('a real Vault', () => {
  let vault: RealVault;
  beforeAll(async () => {
    vault = await startRealVault();
  }, 60_000);
  afterAll(() => vault.stop());

  describeSecretStore('Vault', async () => {
    const { secrets, close } = vault.open();
    return { store: secrets, close };
  });
  describeKeyStore('Vault', async () => {
    const { keys, close } = vault.open();
    return { store: keys, close };
  });
});
