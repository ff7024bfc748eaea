import type { Day } from '../../../kernel/calendar.js';
import { textAt, type Values } from './values.js';

const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const CLOSE = 93;
/** `["2026-01-31",` */
const OPENING = 14;
/** An opening in 32-bit words: two bytes more than it has. */
const OPENING_WORDS = 4;
/** Opening, sign, 10 digits, zeros before them, point, closing and comma, and to spare. */
const POINT_MAX = 64;
/** Below it division in whole numbers is exact, and quick. */
const SMALL = 2 ** 31;
const POWERS = Array.from({ length: 10 }, (_, power) => 10 ** power);

/** What stands before the value of each day, made once for all series: four words a day. */
export type Openings = Uint32Array;

/**
 * JSON as bytes, for answers that are mostly points. Digits go straight to their place: text in between
 * would cost several times as much, and be copied twice.
 */
export class JsonBytes {
  #bytes: Buffer;
  #view: DataView;
  #at = 0;

  /** @param expected about how many bytes there will be; growing later costs a copy of all before */
  constructor(expected = 65_536) {
    this.#bytes = Buffer.allocUnsafe(expected);
    this.#view = viewOf(this.#bytes);
  }

  text(text: string): void {
    this.#makeRoom(text.length * 3);
    this.#at += this.#bytes.write(text, this.#at);
  }

  /** Points of all the days, with commas between. @param openings of these days, see `openingsOf` */
  points(values: Values, openings: Openings): void {
    this.#points(values, 0, values.numbers.length, openings);
  }

  /** `["2026-01-31",12.34]` */
  point(values: Values, at: number, openings: Openings): void {
    this.#points(values, at, at + 1, openings);
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #points(values: Values, from: number, end: number, openings: Openings): void {
    for (let at = from; at < end; at += 1) {
      at = this.#smallPoints(values, at, end, openings);
      if (at < end) this.#otherPoint(values, at, openings);
    }
    // The comma behind the last one.
    if (end > from) this.#at -= 1;
  }

  /**
   * Each with a comma behind it, up to the first that is not a small number. One loop over locals: a call
   * and a field of the object for each byte would take twice as long.
   *
   * @returns the index of that first one
   */
  #smallPoints({ digits, numbers, big }: Values, from: number, end: number, openings: Openings) {
    const power = POWERS[digits];
    if (big !== null || power === undefined) return from;
    this.#makeRoom((end - from) * POINT_MAX);
    const bytes = this.#bytes;
    const view = this.#view;
    let to = this.#at;
    let at = from;
    for (; at < end; at += 1) {
      const value = numbers[at] as number;
      if (!(value < SMALL && value > -SMALL)) break;
      to = copyOpening(view, to, openings, at);
      let whole = value | 0;
      if (whole < 0) {
        bytes[to] = MINUS;
        to += 1;
        whole = -whole;
      }
      const before = digits === 0 ? whole : (whole / power) | 0;
      to = writeDigits(bytes, to, before, widthOf(before));
      if (digits > 0) {
        bytes[to] = POINT;
        to = writeDigits(bytes, to + 1, whole - before * power, digits);
      }
      bytes[to] = CLOSE;
      bytes[to + 1] = COMMA;
      to += 2;
    }
    this.#at = to;
    return at;
  }

  #otherPoint(values: Values, at: number, openings: Openings): void {
    this.#makeRoom(POINT_MAX);
    this.#at = copyOpening(this.#view, this.#at, openings, at);
    this.text(`${textAt(values, at) ?? 'null'}],`);
  }

  #makeRoom(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + more));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
    this.#view = viewOf(larger);
  }
}

export function openingsOf(days: readonly Day[]): Openings {
  const bytes = Buffer.from(days.map((day) => `["${day}",  `).join(''), 'latin1');
  const view = viewOf(bytes);
  return new Uint32Array(bytes.length / 4).map((_, word) => view.getUint32(word * 4));
}

/** @returns where it ends; what the last word brings too many is to be written over */
function copyOpening(view: DataView, to: number, openings: Openings, at: number): number {
  const word = at * OPENING_WORDS;
  view.setUint32(to, openings[word] as number);
  view.setUint32(to + 4, openings[word + 1] as number);
  view.setUint32(to + 8, openings[word + 2] as number);
  view.setUint32(to + 12, openings[word + 3] as number);
  return to + OPENING;
}

/** The last `width` digits, with zeros in front. @returns where they end */
function writeDigits(bytes: Buffer, begin: number, number: number, width: number): number {
  let rest = number;
  for (let to = begin + width - 1; to >= begin; to -= 1) {
    const tenth = (rest / 10) | 0;
    bytes[to] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return begin + width;
}

function widthOf(whole: number): number {
  let width = 1;
  while (width < POWERS.length && whole >= (POWERS[width] as number)) width += 1;
  return width;
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
