import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Fault } from './fault.js';

const GIGABYTE = 1_073_741_824;
const CHUNK = Buffer.alloc(65_536, 'x');

/** Text of an answer made wrong in the way a fault says; null where the fault does not touch answers. */
export function spoil(fault: Fault, text: string): string | Readable | null {
  switch (fault.kind) {
    case 'truncate':
      return text.slice(0, Math.max(1, Math.floor(text.length * 0.6)));
    case 'garbage':
      return JSON.stringify(garbled(parsed(text)));
    case 'nan':
      return text.replace(/:\s*-?\d+(\.\d+)?/g, ':NaN');
    case 'proto':
      return text.replace(
        '{',
        '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},',
      );
    case 'deep': {
      const levels = fault.size ?? 100_000;
      return `${'{"data":['.repeat(levels)}${']}'.repeat(levels)}`;
    }
    case 'huge':
      return Readable.from(endless(fault.size ?? GIGABYTE));
    case 'bomb':
      return Readable.from(endless(fault.size ?? GIGABYTE)).pipe(createGzip());
    case 'html':
      return '<!doctype html><html><body><h1>We will be back soon</h1></body></html>';
    case 'body':
      return fault.body ?? '';
    default:
      return null;
  }
}

/** `{"data":"xxxx…"}`, made while it is read. */
async function* endless(bytes: number): AsyncGenerator<Buffer> {
  yield Buffer.from('{"data":"');
  for (let sent = 0; sent < bytes; sent += CHUNK.length) yield CHUNK;
  yield Buffer.from('"}');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Every value becomes one of another type; names and shape stay. */
function garbled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(garbled);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, garbled(inner)]));
  }
  if (typeof value === 'number') return `${value} or so`;
  if (typeof value === 'string') return { was: value.length };
  return typeof value === 'boolean' ? 'maybe' : [0];
}
