import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDurably, makeFolderDurably } from './durable-file.js';
import { KeyringError, errno } from './keyring.errors.js';
import { KEY_CHECK_FILE, holdsSecrets, nextKeyCheckFile } from './store-layout.js';

/** What this file needs of a master key. */
export interface CheckedKey {
  readonly id: string;
  derive(label: string): Buffer;
}

/** Names the key of a store and proves a key to be that one: `numoon-keyring/1 <key id> <mac>`. */
export interface KeyCheck {
  keyId: string;
  fits(key: CheckedKey): boolean;
}

/** The master keys of a store. New files are sealed under `next` where there is one. */
export interface StoreKeys {
  current: KeyCheck;
  /** The key that a rotation which is not finished moves to. */
  next: KeyCheck | null;
}

const FORM = /^numoon-keyring\/1 ([0-9a-f]{16}) ([0-9a-f]{64})\n$/;

/**
 * Which keys the store is sealed under, at one instant; null for a store without a check value.
 * The name of the second file holds the id in the first, so a rotation that ends between the two
 * reads shows, and the look is repeated: each turn needs a whole rotation.
 *
 * @throws KeyringError `master_key_wrong` when a check value was changed
 */
export async function readStoreKeys(storeDir: string): Promise<StoreKeys | null> {
  let current = await readCheck(storeDir, KEY_CHECK_FILE);
  while (current !== null) {
    const next = await readCheck(storeDir, nextKeyCheckFile(current.keyId));
    if (next !== null) return { current, next };
    const again = await readCheck(storeDir, KEY_CHECK_FILE);
    if (again?.keyId === current.keyId) return { current, next: null };
    current = again;
  }
  return null;
}

/**
 * Compares the key with the check values that the store keeps, and writes one into a new store.
 * A store with secrets and no check value is refused: writing one for a key that may be wrong would
 * make the right key look wrong ever after.
 *
 * @throws KeyringError `master_key_wrong`
 */
export async function confirmKeyFits(storeDir: string, key: CheckedKey): Promise<StoreKeys> {
  let kept = await readStoreKeys(storeDir);
  if (kept === null) {
    // Another process may write the check and its first secret between these two looks.
    if (!(await holdsSecrets(storeDir))) {
      await makeFolderDurably(storeDir);
      await createDurably(join(storeDir, KEY_CHECK_FILE), checkContent(key));
    }
    kept = await readStoreKeys(storeDir);
  }
  if (kept === null) throw wrongKey(storeDir, 'check-missing');
  if (kept.current.fits(key) || kept.next?.fits(key) === true) return kept;
  throw wrongKey(storeDir, 'check-differs', { keyId: key.id, storeKeyId: kept.current.keyId });
}

export function checkContent(key: CheckedKey): Buffer {
  return Buffer.from(`numoon-keyring/1 ${key.id} ${macOf(key)}\n`, 'ascii');
}

export function wrongKey(
  storeDir: string,
  reason: string,
  ids: { keyId?: string; storeKeyId?: string } = {},
): KeyringError {
  return new KeyringError(
    'master_key_wrong',
    `The master key is not the one ${storeDir} was written with. Use the key file that belongs to this folder; if the key was rotated, a backup of it from before no longer fits`,
    { fields: { storeDir, reason, ...ids } },
  );
}

function macOf(key: CheckedKey): string {
  return createHmac('sha256', key.derive('key check')).update('numoon keyring').digest('hex');
}

async function readCheck(storeDir: string, name: string): Promise<KeyCheck | null> {
  const content = await readFile(join(storeDir, name), 'latin1').catch((error: unknown) => {
    if (errno(error) === 'ENOENT') return null;
    throw error;
  });
  if (content === null) return null;
  const [, keyId, mac] = FORM.exec(content) ?? [];
  if (keyId === undefined || mac === undefined) throw wrongKey(storeDir, 'check-damaged');
  return {
    keyId,
    fits: (key) =>
      key.id === keyId && timingSafeEqual(Buffer.from(macOf(key)), Buffer.from(mac, 'latin1')),
  };
}
