import type { CellPlace } from '../../src/infrastructure/envelope/cell-place.js';
import { DataKey } from '../../src/infrastructure/envelope/data-key.js';
import type { Nonces } from '../../src/infrastructure/envelope/nonces.js';
import {
  BODY_AT,
  headerOf,
  TAG_BYTES,
  type Sealed,
} from '../../src/infrastructure/envelope/sealed-format.js';

const NO_TAG = Buffer.alloc(TAG_BYTES);

/**
 * A data key that encrypts nothing: header, nonce, the text as it is, a tag of zeros. As many bytes as
 * a real one stores, reads and sends, so that what it lacks is the cryptography alone.
 */
export class PlainDataKey extends DataKey {
  readonly #header: Buffer;

  constructor(id: number, material: Buffer) {
    super(id, material);
    this.#header = headerOf(id);
  }

  override seal(_place: CellPlace, plaintext: Buffer, nonces: Nonces): Sealed {
    return Buffer.concat([this.#header, nonces.next(), plaintext, NO_TAG]) as Sealed;
  }

  /** A view of what it was given: no copy. */
  override open(_place: CellPlace, sealed: Buffer): Buffer {
    return sealed.subarray(BODY_AT, sealed.length - TAG_BYTES);
  }
}
