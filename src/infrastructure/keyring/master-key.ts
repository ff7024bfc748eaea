import { hkdfSync } from 'node:crypto';
import { inspect } from 'node:util';
import { confirmKeyFits } from './key-check.js';
import { KeyringError } from './keyring.errors.js';
import { MASTER_KEY_BYTES, readKeyFile, takeOrCreateKeyFile } from './master-key-file.js';
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

  /** @param bytes 32 random bytes; copied, so the caller may zero its own */
  constructor(bytes: Buffer) {
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

/**
 * Reads the master key, or makes it on the first start. Processes that start together agree on one.
 *
 * @throws KeyringError `master_key_missing`, `master_key_invalid`, `master_key_exposed`, or
 *   `master_key_wrong` when the store was written with another key
 */
export async function loadMasterKey(location: MasterKeyLocation): Promise<MasterKey> {
  const bytes = (await readKeyFile(location.file)) ?? (await takeOrCreateKeyFile(location));
  const key = new MasterKey(bytes);
  bytes.fill(0);
  await confirmKeyFits(location.storeDir, key);
  return key;
}
