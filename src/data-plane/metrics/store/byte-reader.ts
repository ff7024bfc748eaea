/** Reads what `ByteWriter` wrote. Past the end it reads zeros; `isAtEnd` tells. */
export class ByteReader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.#at === this.bytes.length;
  }

  byte(): number {
    return this.bytes[this.#at++] ?? 0;
  }

  count(): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let scale = 0x80; byte >= 0x80; scale *= 0x80) {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
    }
    return value;
  }

  text(): string {
    const length = this.count();
    const text = this.bytes.toString('utf8', this.#at, this.#at + length);
    this.#at += length;
    return text;
  }

  /**
   * Reads `target[from]` up to before `target[to]`. Most of a read is spent here.
   *
   * @param sums whether each number is what is added to the one before it, the first to 0
   */
  numbers(target: Float64Array, from: number, to: number, before: number, sums: boolean): number {
    const { bytes } = this;
    let at = this.#at;
    let last = before;
    for (let index = from; index < to; index += 1) {
      const first = bytes[at++] as number;
      let size: number;
      if (first < 0x80) {
        size = first & 0x3f;
      } else {
        const second = bytes[at++] as number;
        if (second < 0x80) {
          size = (first & 0x3f) | (second << 6);
        } else {
          const third = bytes[at++] as number;
          size = (first & 0x3f) | ((second & 0x7f) << 6) | ((third & 0x7f) << 13);
          if (third >= 0x80) {
            this.#at = at;
            // Beyond what fits a small integer.
            size += this.count() * 0x100000;
            at = this.#at;
          }
        }
      }
      const value = (first & 0x40) === 0 ? size : -size;
      last = sums ? last + value : value;
      target[index] = last;
    }
    this.#at = at;
    return last;
  }
}
