import type { Day } from '../../../kernel/calendar.js';
import { textAt, type Values } from './values.js';

const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const CLOSE = 93;
/** `["2026-01-31",` */
const OPENING = 14;
/** Opening, sign, 16 digits, point, zeros before them, closing and comma. */
const POINT_MAX = 64;
/** Below it division by ten is exact in whole numbers. */
const SMALL = 2 ** 31;

/**
 * JSON as bytes, for answers that are mostly points. Digits go straight to their place: text in between
 * would cost several times as much, and be copied twice.
 */
export class JsonBytes {
  #bytes = Buffer.allocUnsafe(65_536);
  #at = 0;
  readonly #digits = new Uint8Array(16);

  text(text: string): void {
    this.#makeRoom(text.length * 3);
    this.#at += this.#bytes.write(text, this.#at);
  }

  /** Points of all the days, with commas between. @param openings of these days, see `openingsOf` */
  points(values: Values, openings: Buffer): void {
    const count = values.numbers.length;
    for (let at = 0; at < count; at += 1) {
      if (at > 0) this.#byte(COMMA);
      this.point(values, at, openings);
    }
  }

  /** `["2026-01-31",12.34]` */
  point(values: Values, at: number, openings: Buffer): void {
    this.#makeRoom(POINT_MAX);
    const bytes = this.#bytes;
    let to = this.#at;
    for (let from = at * OPENING; from < (at + 1) * OPENING; from += 1) {
      bytes[to] = openings[from] as number;
      to += 1;
    }
    this.#at = to;
    const value = values.numbers[at] as number;
    if (values.big === null && value < SMALL && value > -SMALL) this.#small(value, values.digits);
    else this.text(textAt(values, at) ?? 'null');
    this.#byte(CLOSE);
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #small(value: number, digits: number): void {
    const scratch = this.#digits;
    let rest = value < 0 ? -value : value;
    let count = 0;
    while (rest > 0 || count <= digits) {
      const tenth = (rest / 10) | 0;
      scratch[count] = ZERO + rest - tenth * 10;
      count += 1;
      rest = tenth;
    }
    const bytes = this.#bytes;
    let to = this.#at;
    if (value < 0) {
      bytes[to] = MINUS;
      to += 1;
    }
    for (let from = count - 1; from >= 0; from -= 1) {
      bytes[to] = scratch[from] as number;
      to += 1;
      if (from === digits && from > 0) {
        bytes[to] = POINT;
        to += 1;
      }
    }
    this.#at = to;
  }

  #byte(byte: number): void {
    this.#bytes[this.#at] = byte;
    this.#at += 1;
  }

  #makeRoom(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + more));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** What stands before the value of each day, made once for all series. */
export function openingsOf(days: readonly Day[]): Buffer {
  return Buffer.from(days.map((day) => `["${day}",`).join(''), 'latin1');
}
