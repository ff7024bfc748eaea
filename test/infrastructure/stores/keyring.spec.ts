import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyringKeyStore } from '../../../src/infrastructure/keyring/keyring.key-store.js';
import { KeyringSecretStore } from '../../../src/infrastructure/keyring/keyring.secret-store.js';
import { MasterKey } from '../../../src/infrastructure/keyring/master-key.js';
import { describeKeyStore } from './key-store.contract.js';
import { describeSecretStore } from './secret-store.contract.js';

describeSecretStore('the keyring', () => opened((place) => KeyringSecretStore.open(place)));
describeKeyStore('the keyring', () => opened((place) => KeyringKeyStore.open(place)));

async function opened<T>(
  open: (place: { dir: string; masterKey: MasterKey }) => Promise<T>,
): Promise<{ store: T; close(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'numoon-keyring-'));
  const store = await open({ dir, masterKey: new MasterKey(randomBytes(32)) });
  return { store, close: () => rm(dir, { recursive: true }) };
}
