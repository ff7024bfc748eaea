import type { CellPlace } from '../../../src/infrastructure/envelope/cell-place.js';
import { DataKey } from '../../../src/infrastructure/envelope/data-key.js';
import type { Nonces } from '../../../src/infrastructure/envelope/nonces.js';
import {
  BODY_AT,
  headerOf,
  type Sealed,
  TAG_BYTES,
} from '../../../src/infrastructure/envelope/sealed-format.js';

/**
 * A data key that does not encrypt: what it "seals" has the right form, so that the database takes it,
 * and the plaintext in the middle. Everything else of the key is as it was.
 */
class UnsealedDataKey extends DataKey {
  override seal(_: CellPlace, plaintext: Buffer, nonces: Nonces): Sealed {
    const parts = [headerOf(this.id), nonces.next(), plaintext, Buffer.alloc(TAG_BYTES)];
    return Buffer.concat(parts) as Sealed;
  }

  override open(_: CellPlace, sealed: Buffer): Buffer {
    return Buffer.from(sealed.subarray(BODY_AT, sealed.length - TAG_BYTES));
  }
}

/**
 * From now on every data key of this test file's program is one of those: the difference to the product
 * is these two methods and nothing else. @returns puts it back
 */
export function switchEncryptionOff(): () => void {
  const { seal, open } = DataKey.prototype;
  Object.assign(DataKey.prototype, {
    seal: UnsealedDataKey.prototype.seal,
    open: UnsealedDataKey.prototype.open,
  });
  return () => void Object.assign(DataKey.prototype, { seal, open });
}
