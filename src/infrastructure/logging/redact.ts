import { redactText } from './redact-text.js';
import { ruleOf } from './redact-keys.js';
import { isError, shapeError } from './shape-error.js';

const MAX_DEPTH = 10;
const MAX_ITEMS = 200;
/** All values of one line together; a socket or a module logged by mistake has thousands. */
const MAX_VALUES = 2_000;

/**
 * A copy that can be logged: secrets are masked by key and by pattern at any depth, errors get their
 * shape, and what is too deep, too long or circular is cut. Never throws and never changes its input.
 */
export function redact(value: unknown): unknown {
  return new Redaction().visit(value, 0);
}

class Redaction {
  readonly #path = new Set<object>();
  #values = 0;

  visit(value: unknown, depth: number): unknown {
    this.#values += 1;
    switch (typeof value) {
      case 'string':
        return redactText(value);
      case 'bigint':
        return String(value);
      case 'symbol':
      case 'function':
        return `[${typeof value}]`;
      case 'object':
        return value === null ? null : this.#visitObject(value, depth);
      default:
        return value;
    }
  }

  #visitObject(value: object, depth: number): unknown {
    if (this.#path.has(value)) return '[circular]';
    if (depth >= MAX_DEPTH || this.#values > MAX_VALUES) return '[cut]';
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    this.#path.add(value);
    try {
      if (isError(value)) return shapeError(value, (below) => this.visit(below, depth + 1));
      if (Array.isArray(value)) return this.#visitArray(value, depth);
      if (value instanceof Map || value instanceof Set) return `[${value.size} entries]`;
      const { toJSON } = value as { toJSON?: unknown };
      if (typeof toJSON === 'function') return this.visit(toJSON.call(value), depth + 1);
      return this.#visitProperties(value, depth);
    } catch {
      // A getter, a proxy or a toJSON that throws.
      return '[unreadable]';
    } finally {
      this.#path.delete(value);
    }
  }

  #visitArray(items: readonly unknown[], depth: number): unknown[] {
    const shown = items.slice(0, MAX_ITEMS).map((item) => this.visit(item, depth + 1));
    if (items.length > MAX_ITEMS) shown.push(`[${items.length - MAX_ITEMS} more]`);
    return shown;
  }

  #visitProperties(value: object, depth: number): Record<string, unknown> {
    const shown = Object.entries(value).slice(0, MAX_ITEMS);
    // fromEntries makes own properties also of keys like __proto__.
    return Object.fromEntries(
      shown.map(([key, item]) => [redactText(key), this.#visitProperty(key, item, depth)]),
    );
  }

  #visitProperty(key: string, item: unknown, depth: number): unknown {
    if (item === undefined || item === null || typeof item === 'boolean') return item;
    const rule = ruleOf(key);
    if (rule === 'secret') return '[secret]';
    if (rule === 'content') return '[content]';
    return this.visit(item, depth + 1);
  }
}
