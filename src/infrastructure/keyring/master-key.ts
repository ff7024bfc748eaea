import { hkdfSync } from 'node:crypto';
import { inspect } from 'node:util';
import { confirmKeyFits } from './key-check.js';
import { KeyringError } from './keyring.errors.js';
import {
  MASTER_KEY_BYTES,
  missing,
  nextKeyFile,
  readKeyFile,
  takeOrCreateKeyFile,
} from './master-key-file.js';
import type { MasterKeyLocation } from './master-key-file.js';

/** Separates our sub-keys from any other use somebody makes of the same 32 bytes. */
const SALT = 'numoon/keyring/1';

/**
 * The root of all keys of the embedded profile. It gives sub-keys and an id, never itself, and
 * prints as `[master key]` wherever it is turned into text.
 */
export class MasterKey {
  readonly #bytes: Buffer;
  /** 16 hex characters that name the key without saying anything of it. */
  readonly id: string;

  /**
   * @param bytes 32 random bytes; copied, so the caller may zero its own
   * @param file where it lies, and where a key that replaces it will lie; without it, it stays for ever
   */
  constructor(
    bytes: Buffer,
    readonly file?: string,
  ) {
    if (bytes.length !== MASTER_KEY_BYTES || bytes.every((byte) => byte === bytes[0])) {
      throw new KeyringError('master_key_invalid', 'A master key is 32 random bytes', {
        fields: { bytes: bytes.length },
      });
    }
    this.#bytes = Buffer.from(bytes);
    this.id = this.derive('key id').toString('hex', 0, 8);
  }

  /** The 32-byte sub-key of a label (HKDF-SHA256): same label, same key; nothing leads back. */
  derive(label: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#bytes, SALT, label, 32));
  }

  toString(): string {
    return '[master key]';
  }

  toJSON(): string {
    return '[master key]';
  }

  [inspect.custom](): string {
    return '[master key]';
  }
}

/** The key of a file, or null where there is no file. @throws KeyringError as `loadMasterKey` */
export async function readMasterKey(file: string): Promise<MasterKey | null> {
  const bytes = await readKeyFile(file);
  return bytes === null ? null : keyOf(bytes, file);
}

/**
 * Reads the master key, or makes it on the first start. Processes that start together agree on one.
 * During a rotation it is whichever of the two keys `file` holds, and the store finds the other.
 *
 * @throws KeyringError `master_key_missing` (also when a rotation is unfinished and its next key is
 *   gone), `master_key_invalid`, `master_key_exposed`, or `master_key_wrong` when the store was
 *   written with another key
 */
export async function loadMasterKey(location: MasterKeyLocation): Promise<MasterKey> {
  const { file, storeDir } = location;
  for (let attempt = 1; ; attempt++) {
    const key = (await readMasterKey(file)) ?? keyOf(await takeOrCreateKeyFile(location), file);
    try {
      const { current, next } = await confirmKeyFits(storeDir, key);
      if (next === null || next.keyId === key.id) return key;
      const nextFile = nextKeyFile(file, current.keyId);
      if ((await readMasterKey(nextFile)) !== null) return key;
      throw missing(nextFile, storeDir, true);
    } catch (error) {
      // A rotation may have moved on between our looks at the key and at the store.
      if (attempt === 3 || !(error instanceof KeyringError)) throw error;
    }
  }
}

function keyOf(bytes: Buffer, file: string): MasterKey {
  const key = new MasterKey(bytes, file);
  bytes.fill(0);
  return key;
}
