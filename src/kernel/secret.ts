import { inspect } from 'node:util';

/**
 * A value that must never be printed. Every ordinary way of turning it into text (template strings,
 * JSON, console, pino) gives `[secret]`; only `reveal()` gives the value, so each use is easy to find.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
