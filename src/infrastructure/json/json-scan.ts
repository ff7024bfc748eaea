import { createScanner } from 'jsonc-parser';
import type { JSONScanner } from 'jsonc-parser';
import { pathOf } from './json-path.js';
import type { Frame } from './json-path.js';
import { TOKEN } from './json-tokens.js';
import { JsonError } from './json.errors.js';
import type { JsonErrorCode } from './json.errors.js';

/** What may come next. */
type Expected =
  'value' | 'value-or-close' | 'key' | 'key-or-close' | 'colon' | 'comma-or-close' | 'end';

/** Keys that reach a prototype when an object is merged carelessly. No field of ours has such a name. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Space, line feed, carriage return, tab: all that JSON allows between tokens. */
const BLANKS = [0x20, 0x0a, 0x0d, 0x09];

const LONE_SURROGATE = /\p{Cs}/u;

/**
 * Reads the tokens of a JSON text without recursion and refuses what `JSON.parse` lets pass: a key
 * that comes twice, keys that reach a prototype, deep nesting, NUL, half surrogate pairs, numbers
 * that become Infinity. It checks the grammar on the way, so that every fault has its place.
 */
export class JsonScan {
  readonly #frames: Frame[] = [];
  readonly #scanner: JSONScanner;
  #expected: Expected = 'value';

  constructor(
    private readonly text: string,
    private readonly maxDepth: number,
  ) {
    this.#scanner = createScanner(text, false);
  }

  /** @throws JsonError at the first fault */
  run(): void {
    for (let token = this.#next(); token !== TOKEN.end; token = this.#next()) this.#take(token);
    if (this.#expected !== 'end') throw this.#invalid('unexpected-end');
  }

  /** Skips blanks by itself: the scanner builds a string of them, 20 ms for a body of nothing else. */
  #next(): number {
    const start = this.#scanner.getPosition();
    let at = start;
    while (BLANKS.includes(this.text.charCodeAt(at))) at += 1;
    if (at !== start) this.#scanner.setPosition(at);
    return this.#scanner.scan();
  }

  #take(token: number): void {
    switch (token) {
      case TOKEN.string:
        return this.#takeString();
      case TOKEN.comma:
        return this.#takeComma();
      case TOKEN.colon:
        return this.#takeColon();
      case TOKEN.openObject:
        return this.#open({ keys: new Set(), key: '', index: 0 }, 'key-or-close');
      case TOKEN.openArray:
        return this.#open({ keys: null, key: '', index: 0 }, 'value-or-close');
      case TOKEN.closeObject:
      case TOKEN.closeArray:
        return this.#close(token === TOKEN.closeObject);
      case TOKEN.number:
        return this.#takeNumber();
      case TOKEN.null:
      case TOKEN.true:
      case TOKEN.false:
        return this.#endValue();
      default:
        // Comments end here as well.
        throw this.#invalid('unexpected-character');
    }
  }

  #takeString(): void {
    const value = this.#scanner.getTokenValue();
    const isKey = this.#expected === 'key' || this.#expected === 'key-or-close';
    const keys = isKey ? this.#frames.at(-1)?.keys : null;
    if (keys) this.#enterKey(value);
    this.#requireStorable(value);
    if (this.#scanner.getTokenError() !== 0) throw this.#invalid('broken-string');
    if (!keys) return this.#endValue();
    if (FORBIDDEN_KEYS.has(value)) throw this.#refuse('json_forbidden_key', 'forbidden-key');
    if (keys.has(value)) throw this.#refuse('json_duplicate_key', 'duplicate-key');
    keys.add(value);
    this.#expected = 'colon';
  }

  #requireStorable(value: string): void {
    if (value.includes('\0')) throw this.#refuse('json_bad_text', 'nul');
    // Text as long as its source had no escapes, and only escapes can make half a pair.
    const escaped = value.length !== this.#scanner.getTokenLength() - 2;
    if (escaped && LONE_SURROGATE.test(value))
      throw this.#refuse('json_bad_text', 'lone-surrogate');
  }

  #takeNumber(): void {
    if (this.#scanner.getTokenError() !== 0) throw this.#invalid('broken-number');
    if (!Number.isFinite(Number(this.#scanner.getTokenValue())))
      throw this.#invalid('number-too-large');
    this.#endValue();
  }

  #takeComma(): void {
    const frame = this.#frames.at(-1);
    if (this.#expected !== 'comma-or-close' || frame === undefined) {
      throw this.#invalid('unexpected-comma');
    }
    frame.index += 1;
    this.#expected = frame.keys === null ? 'value' : 'key';
  }

  #takeColon(): void {
    if (this.#expected !== 'colon') throw this.#invalid('unexpected-colon');
    this.#expected = 'value';
  }

  #open(frame: Frame, next: Expected): void {
    if (this.#expected !== 'value' && this.#expected !== 'value-or-close') {
      throw this.#invalid('unexpected-bracket');
    }
    if (this.#frames.length >= this.maxDepth) throw this.#refuse('json_too_deep', 'too-deep');
    this.#frames.push(frame);
    this.#expected = next;
  }

  #close(isObject: boolean): void {
    const frame = this.#frames.at(-1);
    const empty = isObject ? 'key-or-close' : 'value-or-close';
    const mayClose = this.#expected === 'comma-or-close' || this.#expected === empty;
    if (frame === undefined || !mayClose || (frame.keys !== null) !== isObject) {
      throw this.#invalid('unexpected-bracket');
    }
    this.#frames.pop();
    this.#expected = this.#frames.length === 0 ? 'end' : 'comma-or-close';
  }

  #endValue(): void {
    if (this.#expected !== 'value' && this.#expected !== 'value-or-close') {
      throw this.#invalid('unexpected-value');
    }
    this.#expected = this.#frames.length === 0 ? 'end' : 'comma-or-close';
  }

  #enterKey(key: string): void {
    const frame = this.#frames.at(-1);
    if (frame) frame.key = key;
  }

  #invalid(reason: string): JsonError {
    return this.#refuse('json_invalid', reason);
  }

  #refuse(code: JsonErrorCode, reason: string): JsonError {
    const place = { path: pathOf(this.#frames), offset: this.#scanner.getTokenOffset() };
    return new JsonError(code, { reason, ...place });
  }
}
