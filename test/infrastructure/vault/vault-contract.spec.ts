import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newTenantId } from '../../../src/kernel/ids.js';
import { describeKeyStore } from '../stores/key-store.contract.js';
import { describeSecretStore } from '../stores/secret-store.contract.js';
import { startRealVault, withOwnVault, withRealVault } from './real-vault.js';
import type { RealVault } from './real-vault.js';

withRealVault('a real Vault', () => {
  let vault: RealVault;
  beforeAll(async () => {
    vault = await startRealVault();
  });
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

// Two changes of one entry at once make one of them fail here, which file storage never does.
withOwnVault('a real Vault on storage with transactions', () => {
  let vault: RealVault;
  beforeAll(async () => {
    vault = await startRealVault({ inMemory: true });
  });
  afterAll(() => vault.stop());

  describeSecretStore('Vault', async () => {
    const { secrets, close } = vault.open();
    return { store: secrets, close };
  });
  describeKeyStore('Vault', async () => {
    const { keys, close } = vault.open();
    return { store: keys, close };
  });

  it('loses no change when four programs rotate one key', async () => {
    const programs = [vault.open(), vault.open(), vault.open(), vault.open()];
    const tenantId = newTenantId();
    await Promise.all(programs.map(({ keys }) => keys.create(tenantId)));
    const texts = await Promise.all(
      programs.map(async ({ keys }) => {
        await keys.rotate(tenantId);
        return keys.wrap(tenantId, Buffer.from('a data key'));
      }),
    );
    for (const { keys } of programs) {
      for (const text of texts) {
        expect(await keys.unwrap(tenantId, text)).toEqual(Buffer.from('a data key'));
      }
    }
    for (const { close } of programs) await close();
  });
});
