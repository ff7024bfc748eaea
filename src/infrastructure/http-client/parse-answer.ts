const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
const CLOSE_ARRAY = 0x5d;
const CLOSE_OBJECT = 0x7d;

/** `__proto__` as a key, each of its letters possibly escaped. */
const PROTO = new RegExp(
  [...'__proto__']
    .map((letter) => `(?:${letter}|\\\\u00${letter.charCodeAt(0).toString(16)})`)
    .join(''),
  'i',
);

export type ParseFault = 'too-deep' | 'not-json';

/**
 * JSON from outside. Depth is counted in the bytes first, without recursion, so that a deep document
 * costs no stack. Keys named `__proto__` are dropped: copying such an object about would change what
 * it is. NaN and Infinity are no JSON.
 */
export function parseAnswer(bytes: Buffer, maxDepth: number): { value: unknown } | ParseFault {
  if (depthExceeds(bytes, maxDepth)) return 'too-deep';
  const text = decode(bytes);
  if (text === null) return 'not-json';
  try {
    const value: unknown = PROTO.test(text) ? JSON.parse(text, dropProto) : JSON.parse(text);
    return { value };
  } catch {
    // The error quotes the text.
    return 'not-json';
  }
}

function decode(bytes: Buffer): string | null {
  try {
    // Also takes away a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function dropProto(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

function depthExceeds(bytes: Buffer, maxDepth: number): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth -= 1;
  }
  return false;
}
