import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import type { Transform } from 'node:stream';

/** Stops the reading of a body; the client makes an AppError of it. */
export class BodyFault extends Error {
  constructor(
    readonly fault: 'wire-too-large' | 'body-too-large' | 'encoding' | 'broken-encoding',
  ) {
    super(fault);
  }
}

/**
 * Reads a whole body into memory, decompressed. Neither what comes over the wire nor what it unpacks
 * to grows beyond `maxBytes`: a bomb is cut after the block that passes the limit.
 *
 * @param encoding the `content-encoding` header
 * @throws BodyFault, or what the stream throws
 */
export async function readBody(
  wire: Readable,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  try {
    const counted = limit(wire, maxBytes, 'wire-too-large');
    const name = encodingOf(encoding);
    if (name === 'identity') return await collect(counted);
    return await collect(limit(unpack(counted, name), maxBytes, 'body-too-large'));
  } catch (error) {
    // Whatever was not read ends with its connection: it must not wait there for a reader.
    wire.on('error', () => undefined).destroy();
    throw error;
  }
}

function encodingOf(header: string | undefined): string {
  const name = (header ?? '').trim().toLowerCase();
  return name === '' ? 'identity' : name;
}

async function* limit(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
  fault: BodyFault['fault'],
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BodyFault(fault);
    yield chunk;
  }
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/**
 * Feeds the unpacker no faster than it is read: `write` and `read` in turns, so that one small piece
 * that unpacks to gigabytes never has more than the stream's own buffers waiting.
 */
async function* unpack(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const unpacker = unpackerOf(name, first.value);
  const feeding = feed(unpacker, first.value, iterator);
  // Awaited below; until then a wire that breaks must not count as a failure that nobody handles.
  feeding.catch(() => undefined);
  try {
    for await (const chunk of unpacker) yield chunk as Buffer;
    await feeding;
  } catch (error) {
    if (isZlibFault(error)) throw new BodyFault('broken-encoding');
    throw error;
  } finally {
    unpacker.destroy();
    await feeding.catch(() => undefined);
  }
}

async function feed(
  unpacker: Transform,
  first: Buffer,
  rest: AsyncIterator<Buffer>,
): Promise<void> {
  try {
    let chunk: IteratorResult<Buffer> = { done: false, value: first };
    while (chunk.done !== true && !unpacker.destroyed) {
      if (!unpacker.write(chunk.value)) await roomOrEnd(unpacker);
      chunk = await rest.next();
    }
    if (!unpacker.destroyed) unpacker.end();
  } catch (error) {
    unpacker.destroy(error as Error);
    throw error;
  } finally {
    await rest.return?.();
  }
}

function roomOrEnd(unpacker: Transform): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      unpacker.off('drain', done);
      unpacker.off('close', done);
      resolve();
    };
    unpacker.on('drain', done);
    unpacker.on('close', done);
  });
}

function unpackerOf(name: string, first: Buffer): Transform {
  if (name === 'gzip' || name === 'x-gzip') return createGunzip();
  if (name === 'br') return createBrotliDecompress();
  // "deflate" is zlib's form by the standard, and the bare form by some servers.
  if (name === 'deflate')
    return ((first[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
  throw new BodyFault('encoding');
}

function isZlibFault(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  return /^(Z_|ERR__?BROTLI|ERR_BROTLI|BROTLI|ERR_)/.test(code) && !code.startsWith('UND_');
}
