import { randomBytes } from 'node:crypto';
import { NONCE_BYTES } from './sealed-format.js';

/** A writer may seal this often; then it needs a new number. */
const COUNTER_MAX = 0xffff_ffff;

export const WRITER_MAX = 0xffff_ffff;

/**
 * Nonces of one writer under one key: its number (4 bytes), random (4), a counter (4). The number is
 * given out once a key and never again (`data_keys.writers`), the counter never goes back, so no two
 * nonces under a key are equal, whatever crashes. The random part is for copies of a database that
 * give out the same number again (a restored backup, a failed-over server).
 */
export class Nonces {
  readonly #bytes = Buffer.alloc(NONCE_BYTES);
  #next = 0;

  /** @param writer from 1 to WRITER_MAX, unique under the key */
  constructor(writer: number) {
    if (!Number.isInteger(writer) || writer < 1 || writer > WRITER_MAX) {
      throw new RangeError(`A writer's number is from 1 to ${WRITER_MAX}, not ${writer}`);
    }
    this.#bytes.writeUInt32BE(writer, 0);
    randomBytes(4).copy(this.#bytes, 4);
  }

  get exhausted(): boolean {
    return this.#next > COUNTER_MAX;
  }

  /** How many are left: for those who must know before they begin. */
  get left(): number {
    return COUNTER_MAX + 1 - this.#next;
  }

  /** Valid until the next call: the same bytes are written anew. */
  next(): Buffer {
    if (this.exhausted) throw new RangeError('This writer has used all its nonces.');
    this.#bytes.writeUInt32BE(this.#next, 8);
    this.#next += 1;
    return this.#bytes;
  }
}
