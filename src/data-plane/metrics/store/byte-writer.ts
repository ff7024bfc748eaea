/** Writes whole numbers in as few bytes as their size needs. */
export class ByteWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(capacity = 256) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  /** What was written; valid until the next write. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  /** From 0 to 2^53 - 1: seven bits a byte, the lowest first. */
  count(value: number): void {
    this.#reserve(8);
    this.#rest(value);
  }

  /** Any safe integer: as `count`, with the sign in the second bit of its first byte. */
  number(value: number): void {
    this.#reserve(8);
    const size = Math.abs(value);
    const sign = value < 0 ? 0x40 : 0;
    if (size < 0x40) {
      this.#bytes[this.#at++] = sign | size;
      return;
    }
    this.#bytes[this.#at++] = 0x80 | sign | (size % 0x40);
    this.#rest(Math.floor(size / 0x40));
  }

  text(value: string): void {
    const bytes = Buffer.from(value, 'utf8');
    this.count(bytes.length);
    this.#reserve(bytes.length);
    bytes.copy(this.#bytes, this.#at);
    this.#at += bytes.length;
  }

  #rest(value: number): void {
    let left = value;
    while (left >= 0x80) {
      this.#bytes[this.#at++] = 0x80 | (left % 0x80);
      left = Math.floor(left / 0x80);
    }
    this.#bytes[this.#at++] = left;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    // What is written is content: no copy of it stays behind.
    this.#bytes.fill(0);
    this.#bytes = larger;
  }
}

/** Bytes that `ByteWriter.number` takes. */
export function sizeOfNumber(value: number): number {
  let bytes = 1;
  for (let left = Math.floor(Math.abs(value) / 0x40); left > 0; left = Math.floor(left / 0x80)) {
    bytes += 1;
  }
  return bytes;
}
