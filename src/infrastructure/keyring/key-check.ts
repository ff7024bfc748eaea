import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDurably, makeFolderDurably } from './durable-file.js';
import { KeyringError, errno } from './keyring.errors.js';
import { KEY_CHECK_FILE, holdsSecrets } from './store-layout.js';

/** What this file needs of a master key. */
interface SubKeys {
  derive(label: string): Buffer;
}

/**
 * Compares the key with the check value that the store keeps, and writes that value into a new store.
 * A store with secrets and no check value is refused: writing one for a key that may be wrong would
 * make the right key look wrong ever after.
 *
 * @throws KeyringError `master_key_wrong`
 */
export async function confirmKeyFits(storeDir: string, key: SubKeys): Promise<void> {
  const file = join(storeDir, KEY_CHECK_FILE);
  const expected = checkValue(key);
  let kept = await readCheck(file);
  if (kept === null) {
    // Another process may write the check and its first secret between these two looks.
    if (await holdsSecrets(storeDir)) kept = await readCheck(file);
    else {
      await makeFolderDurably(storeDir);
      if (await createDurably(file, expected)) return;
      kept = await readCheck(file);
    }
  }
  if (kept === null) throw wrong(storeDir, 'check-missing');
  if (kept.length !== expected.length || !timingSafeEqual(kept, expected)) {
    throw wrong(storeDir, 'check-differs');
  }
}

function checkValue(key: SubKeys): Buffer {
  const mac = createHmac('sha256', key.derive('key check')).update('numoon keyring').digest('hex');
  return Buffer.from(`numoon-keyring/1 ${mac}\n`, 'ascii');
}

async function readCheck(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errno(error) === 'ENOENT') return null;
    throw error;
  }
}

function wrong(storeDir: string, reason: string): KeyringError {
  return new KeyringError(
    'master_key_wrong',
    `The master key is not the one ${storeDir} was written with. Use the key file that belongs to this folder`,
    { fields: { storeDir, reason } },
  );
}
