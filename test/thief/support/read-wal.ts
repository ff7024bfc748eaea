import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Leak } from '../../support/canaries/leaks.js';
import type { Known } from '../../support/canaries/registry.js';
import { Scanner } from '../../support/canaries/scanner.js';

const PAGE = 8_192;
/** XLogPageHeaderData, and the longer one that a segment begins with. */
const HEADER = 24;
const SEGMENT_HEADER = 40;
const SEGMENT = /^[0-9A-F]{24}$/;
const PART = 128 * PAGE;

/**
 * Searches the write-ahead log as PostgreSQL reads it: a record that goes on on the next page goes on
 * behind that page's header, and what lies over the border is in no file in one piece.
 */
export async function searchWal(cluster: string, known: readonly Known[]): Promise<Leak[]> {
  const kinds = new Map(known.map(({ kind, value }) => [value, kind]));
  const scanner = new Scanner(kinds.keys());
  const where = join(cluster, 'pg_wal', '(as it is read)');
  const findings = await scanner.scanStream(readRecords(join(cluster, 'pg_wal')), where);
  return findings.map(({ canary, form, offset }) => {
    return { where, offset, form, kind: kinds.get(canary) ?? 'secret', secret: canary };
  });
}

async function* readRecords(folder: string): AsyncGenerator<Buffer> {
  const segments = (await readdir(folder)).filter((name) => SEGMENT.test(name)).toSorted();
  const part = Buffer.allocUnsafe(PART);
  for (const segment of segments) {
    const file = await open(join(folder, segment), 'r');
    try {
      for (let at = 0; ; at += PART) {
        const { bytesRead } = await file.read(part, 0, PART, at);
        if (bytesRead === 0) break;
        yield withoutHeaders(part.subarray(0, bytesRead), at === 0);
      }
    } finally {
      await file.close();
    }
  }
}

function withoutHeaders(pages: Buffer, beginsSegment: boolean): Buffer {
  const bodies: Buffer[] = [];
  for (let at = 0; at < pages.length; at += PAGE) {
    const header = at === 0 && beginsSegment ? SEGMENT_HEADER : HEADER;
    bodies.push(pages.subarray(at + header, at + PAGE));
  }
  return Buffer.concat(bodies);
}
