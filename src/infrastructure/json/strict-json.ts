import { JsonScan } from './json-scan.js';
import { JsonError } from './json.errors.js';

export interface JsonLimits {
  /** Objects and arrays inside one another. */
  maxDepth: number;
  maxBytes: number;
}

const DEFAULT_LIMITS: JsonLimits = { maxDepth: 32, maxBytes: 256 * 1024 };

/** Keeps a byte order mark, so that it can be refused. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses a body that means the same to every reader, or refuses it. The value comes from
 * `JSON.parse`; the scan before it only refuses (see `JsonScan` for what).
 *
 * Costs about twice what `JSON.parse` does: 5 microseconds for a signup body of 300 bytes.
 *
 * @throws JsonError with a code of its own for each kind of fault; it never repeats a value
 */
export function parseStrictJson(body: Buffer, limits: JsonLimits = DEFAULT_LIMITS): unknown {
  if (body.length > limits.maxBytes) {
    throw new JsonError('json_too_large', { reason: 'too-large', maxBytes: limits.maxBytes });
  }
  if (body.length === 0) throw new JsonError('json_invalid', { reason: 'empty' });
  const text = decode(body);
  if (text.startsWith('\u{feff}'))
    throw new JsonError('json_bad_text', { reason: 'byte-order-mark' });
  new JsonScan(text, limits.maxDepth).run();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The cause is dropped on purpose: its message quotes the body.
    throw new JsonError('json_invalid', { reason: 'not-json' });
  }
}

function decode(body: Buffer): string {
  try {
    return UTF8.decode(body);
  } catch {
    throw new JsonError('json_bad_text', { reason: 'not-utf-8' });
  }
}
