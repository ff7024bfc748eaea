import { formsOf, SHORTEST, type Form } from './forms.js';

export interface Hit {
  start: number;
  end: number;
  form: Form;
  canary: string | Uint8Array;
}

interface Needle {
  written: string;
  form: Form;
  canary: string | Uint8Array;
}

/**
 * How many bytes of a needle choose it among others: as many as the shortest secret has in that form.
 * Canaries begin alike, and with fewer of them every hit would be compared with all the others.
 */
const HEADS: Readonly<Record<Form, number>> = {
  plain: SHORTEST,
  json: SHORTEST,
  percent: SHORTEST,
  base64: 15,
  base64url: 15,
  hex: 2 * SHORTEST,
  HEX: 2 * SHORTEST,
  utf16le: 2 * SHORTEST,
  utf16be: 2 * SHORTEST,
};
const HEAD_LENGTHS = [...new Set(Object.values(HEADS))];

// Jest runs tests in a context where reading a global costs more than the rest of the loop.
const { imul } = Math;

const GRAM = 4;
/** Every fifth byte is looked at: a gram of the first eight bytes of any needle lies on one of those. */
const STRIDE = 5;
const BITS = 22;

/**
 * Finds many needles in bytes at once. Grams of four bytes go through a bitmap that rejects nearly all
 * of them; the rest is looked up by its first bytes and then compared as a whole. Needles that share their
 * first eight bytes, as canaries do, cost the bitmap no more than one.
 */
export class Needles {
  readonly #seen = new Uint32Array(2 ** (BITS - 5));
  /** For a gram the set of its places in needles, as bits. */
  readonly #places = new Map<number, number>();
  readonly #byHead = new Map<string, Needle[]>();
  #longest = 0;

  constructor(canaries: Iterable<string | Uint8Array>) {
    for (const canary of canaries) {
      for (const [written, form] of formsOf(canary)) this.#add({ written, form, canary });
    }
  }

  /** The longest needle, in bytes: how much of one part must be seen again with the next. */
  get longest(): number {
    return this.#longest;
  }

  /** All that lie wholly in `bytes`, in no order. */
  findIn(bytes: Buffer): Hit[] {
    const seen = this.#seen;
    const hits: Hit[] = [];
    for (let at = 0; at + GRAM <= bytes.length; at += STRIDE) {
      const gram = gramAt(bytes, at);
      const slot = slotOf(gram);
      if ((((seen[slot >>> 5] as number) >>> (slot & 31)) & 1) === 1) {
        this.#compare(bytes, at, gram, hits);
      }
    }
    return hits;
  }

  #compare(bytes: Buffer, at: number, gram: number, hits: Hit[]): void {
    const places = this.#places.get(gram) ?? 0;
    for (let place = 0; place < STRIDE; place += 1) {
      const start = at - place;
      if (((places >>> place) & 1) === 0 || start < 0) continue;
      for (const { written, form, canary } of this.#candidates(bytes, start)) {
        const end = start + written.length;
        if (end <= bytes.length && bytes.toString('latin1', start, end) === written) {
          hits.push({ start, end, form, canary });
        }
      }
    }
  }

  #candidates(bytes: Buffer, start: number): Needle[] {
    return HEAD_LENGTHS.flatMap((length) =>
      start + length <= bytes.length
        ? (this.#byHead.get(bytes.toString('latin1', start, start + length)) ?? [])
        : [],
    );
  }

  #add(needle: Needle): void {
    const bytes = Buffer.from(needle.written, 'latin1');
    this.#longest = Math.max(this.#longest, bytes.length);
    for (let place = 0; place < STRIDE; place += 1) {
      const gram = gramAt(bytes, place);
      const slot = slotOf(gram);
      this.#seen[slot >>> 5] = (this.#seen[slot >>> 5] as number) | (1 << (slot & 31));
      this.#places.set(gram, (this.#places.get(gram) ?? 0) | (1 << place));
    }
    const head = needle.written.slice(0, HEADS[needle.form]);
    const others = this.#byHead.get(head);
    if (others === undefined) this.#byHead.set(head, [needle]);
    else others.push(needle);
  }
}

function gramAt(bytes: Buffer, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

function slotOf(gram: number): number {
  return imul(gram, 0x9e3779b1) >>> (32 - BITS);
}
