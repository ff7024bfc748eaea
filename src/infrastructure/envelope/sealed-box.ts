import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AppError } from '../../kernel/app-error.js';

/** Layout: version (1 byte), nonce (12), ciphertext (as long as the plaintext), tag (16). */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES;

/** Bytes a seal adds to its plaintext. */
export const SEAL_OVERHEAD_BYTES = HEADER_BYTES + TAG_BYTES;

/**
 * AES-256-GCM under one key. What is sealed opens only with the same key and the same associated
 * data, so a ciphertext that was moved elsewhere or changed in any bit fails.
 *
 * Nonces are random 96 bits: stay below 2^32 seals under one key (NIST SP 800-38D, 8.3).
 */
export class SealedBox {
  readonly #key: KeyObject;

  /** @param key 32 bytes; copied, so the caller may zero its own. */
  constructor(key: Buffer) {
    if (key.length !== 32) throw new RangeError(`A sealing key has 32 bytes, not ${key.length}`);
    this.#key = createSecretKey(key);
  }

  seal(plaintext: Buffer, associatedData: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(bind(associatedData));
    const body = cipher.update(plaintext);
    cipher.final();
    return Buffer.concat([Buffer.of(VERSION), nonce, body, cipher.getAuthTag()]);
  }

  /** @throws AppError `seal_broken` for a wrong key, other associated data, or any changed or missing byte */
  open(sealed: Buffer, associatedData: string): Buffer {
    if (sealed.length < SEAL_OVERHEAD_BYTES) throw broken('too-short');
    if (sealed[0] !== VERSION) throw broken('unknown-version');
    const tagAt = sealed.length - TAG_BYTES;
    // Without authTagLength Node would accept a tag cut down to 4 bytes.
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(1, HEADER_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(bind(associatedData));
    decipher.setAuthTag(sealed.subarray(tagAt));
    const plaintext = decipher.update(sealed.subarray(HEADER_BYTES, tagAt));
    try {
      decipher.final();
    } catch {
      plaintext.fill(0);
      throw broken('not-authentic');
    }
    return plaintext;
  }
}

function bind(associatedData: string): Buffer {
  return Buffer.from(`numoon-seal/${VERSION}\n${associatedData}`, 'utf8');
}

function broken(reason: string): AppError {
  return new AppError(
    'seal_broken',
    'Sealed data could not be opened: wrong key, moved or changed',
    {
      fields: { reason },
    },
  );
}
