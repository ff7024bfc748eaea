import { METRIC_BLOCKS, METRIC_SERIES } from '../../../../tenants/sealed-columns.js';
import type { Sealed } from '../../../infrastructure/envelope/sealed-format.js';
import type { Opener, Sealer } from '../../../tenancy/keys/tenant-cipher.js';
import { type BlockContent, type BlockPlace, readBlock, writeBlock } from './block-format.js';
import type { DayMatrix } from './day-matrix.js';
import type { SeriesList } from './series-list.js';

export interface PieceRow {
  id: string;
  set_id: string;
  first: number;
  entries: Buffer;
}

export interface BlockRow {
  id: string;
  set_id: string;
  /** Days since 1970-01-01. */
  from: number;
  days: number;
  written: number;
  body: Buffer;
}

/** How the sealed columns of the metric store are opened and sealed: here and nowhere else. */
export function openPiece(cipher: Opener, row: PieceRow, into: SeriesList): void {
  cipher.openBytes(METRIC_SERIES.entries, row.id, row.entries, (bytes) =>
    into.add(bytes, row.first),
  );
}

export function sealPiece(cipher: Sealer, id: string, bytes: Buffer): Sealed {
  return cipher.sealBytes(METRIC_SERIES.entries, id, bytes);
}

/** Adds a block to what newer ones have said. */
export function openBlock(cipher: Opener, row: BlockRow, into: DayMatrix): void {
  cipher.openBytes(METRIC_BLOCKS.body, row.id, row.body, (bytes) => {
    let done: (() => void) | undefined;
    readBlock(bytes, { ...row, setId: row.set_id }, (states) => {
      const intake = into.begin(row.from, states);
      ({ done } = intake);
      return intake.target;
    });
    done?.();
  });
}

export function sealBlock(
  cipher: Sealer,
  id: string,
  place: BlockPlace,
  content: BlockContent,
): Sealed {
  const bytes = writeBlock(place, content);
  try {
    return cipher.sealBytes(METRIC_BLOCKS.body, id, bytes);
  } finally {
    bytes.fill(0);
  }
}
