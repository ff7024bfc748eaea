import type { StorageLevel } from '../../tenancy/tenant-record.js';

/** 0: no limit. */
export interface StorageLimits {
  maxBytes: number;
  maxRows: number;
}

/** From here on it is told. */
const NEAR = 0.8;
const FULL = 1;
/** Beyond what the product's own last writes and the time between two measurements add. */
const OVER = 1.2;

/** @param before who is over stays so until there is room again, and not just until it is a byte less */
export function levelOf(
  used: { bytes: number; rows: number },
  { maxBytes, maxRows }: StorageLimits,
  before: StorageLevel,
): StorageLevel {
  const share = Math.max(
    maxBytes === 0 ? 0 : used.bytes / maxBytes,
    maxRows === 0 ? 0 : used.rows / maxRows,
  );
  if (share >= OVER || (before === 'over' && share >= FULL)) return 'over';
  if (share >= FULL) return 'full';
  return share >= NEAR ? 'near' : 'within';
}
