import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { CellPlace } from './cell-place.js';
import { DataKeyDroppedError, SealedValueBrokenError } from './envelope.errors.js';
import type { Nonces } from './nonces.js';
import {
  BODY_AT,
  headerOf,
  isSealed,
  keyIdOf,
  KEY_ID_MAX,
  NONCE_AT,
  type Sealed,
  TAG_BYTES,
} from './sealed-format.js';

export const SEAL_KEY_BYTES = 32;
export const LOOKUP_KEY_BYTES = 32;

/** What is wrapped for the key store: the sealing key, then the tenant's look-up key. */
export const KEY_MATERIAL_BYTES = SEAL_KEY_BYTES + LOOKUP_KEY_BYTES;

/**
 * A data key of one tenant, in clear, in memory. AES-256-GCM with the cell as associated data, and
 * HMAC-SHA-256 for look-ups by value.
 *
 * The key lies in memory of its own (not in Node's shared buffer pool), which `drop` overwrites; what
 * OpenSSL copies for a call is its own to clean. A dropped key refuses to work: an overwritten one
 * would seal under zeros.
 */
export class DataKey {
  readonly #material: Buffer;
  readonly #seal: Buffer;
  readonly #lookup: Buffer;
  readonly #header: Buffer;
  #dropped = false;

  /** @param material KEY_MATERIAL_BYTES, copied: the caller zeroes its own */
  constructor(
    readonly id: number,
    material: Buffer,
  ) {
    if (material.length !== KEY_MATERIAL_BYTES) {
      throw new RangeError(`A data key comes as ${KEY_MATERIAL_BYTES} bytes`);
    }
    if (!Number.isInteger(id) || id < 1 || id > KEY_ID_MAX) {
      throw new RangeError(`The id of a data key is from 1 to ${KEY_ID_MAX}, not ${id}`);
    }
    this.#material = Buffer.allocUnsafeSlow(KEY_MATERIAL_BYTES);
    material.copy(this.#material);
    this.#seal = this.#material.subarray(0, SEAL_KEY_BYTES);
    this.#lookup = this.#material.subarray(SEAL_KEY_BYTES);
    this.#header = headerOf(id);
  }

  seal(place: CellPlace, plaintext: Buffer, nonces: Nonces): Sealed {
    this.#requireAlive();
    const nonce = nonces.next();
    const cipher = createCipheriv('aes-256-gcm', this.#seal, nonce);
    cipher.setAAD(associatedData(this.#header, place));
    const body = cipher.update(plaintext);
    cipher.final();
    return Buffer.concat([this.#header, nonce, body, cipher.getAuthTag()]) as Sealed;
  }

  /** @throws SealedValueBrokenError; the caller has looked at `keyIdOf` before */
  open(place: CellPlace, sealed: Buffer): Buffer {
    this.#requireAlive();
    if (!isSealed(sealed)) throw new SealedValueBrokenError(place, 'not-sealed');
    // Covered by the seal, and compared all the same: a changed header is no question of luck.
    if (keyIdOf(sealed) !== this.id) throw new SealedValueBrokenError(place, 'not-authentic');
    const tagAt = sealed.length - TAG_BYTES;
    const nonce = sealed.subarray(NONCE_AT, BODY_AT);
    const decipher = createDecipheriv('aes-256-gcm', this.#seal, nonce, WHOLE_TAG);
    decipher.setAAD(associatedData(this.#header, place));
    decipher.setAuthTag(sealed.subarray(tagAt));
    const plaintext = decipher.update(sealed.subarray(BODY_AT, tagAt));
    try {
      decipher.final();
    } catch {
      plaintext.fill(0);
      throw new SealedValueBrokenError(place, 'not-authentic');
    }
    return plaintext;
  }

  /**
   * A hash that only this tenant's key makes: equal texts of one purpose are equal, and nothing else
   * is told. Rotation keeps the look-up key, so hashes stay valid.
   */
  hash(purpose: string, text: string): Buffer {
    this.#requireAlive();
    return createHmac('sha256', this.#lookup).update(`${purpose}\0${text}`).digest();
  }

  /** Overwrites the key. Safe to repeat. */
  drop(): void {
    this.#dropped = true;
    this.#material.fill(0);
  }

  #requireAlive(): void {
    if (this.#dropped) throw new DataKeyDroppedError();
  }
}

/** Without it Node would accept a tag cut down to 4 bytes. */
const WHOLE_TAG = { authTagLength: TAG_BYTES } as const;

/** JSON keeps the parts apart whatever is in them: ["a","bc"] is not ["ab","c"]. */
function associatedData(header: Buffer, place: CellPlace): Buffer {
  const cell = JSON.stringify([place.tenantId, place.table, place.column, place.row]);
  return Buffer.concat([header, Buffer.from(cell, 'utf8')]);
}
