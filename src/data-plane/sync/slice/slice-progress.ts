import { SYNC_STREAMS } from '../../../../tenants/sealed-columns.js';
import type { SavedPoints } from '../../../connectors/kit/accumulator/saved-points.js';
import type { QualityFlag } from '../../../connectors/kit/stream.js';
import type { Sealed } from '../../../infrastructure/envelope/sealed-format.js';
import type { Day } from '../../../kernel/calendar.js';
import type { Opener, Sealer } from '../../../tenancy/keys/tenant-cipher.js';
import type { Round } from '../plan/stream-state.js';
import type { WorkItem, WorkKind } from '../plan/work-item.js';
import type { Moment } from '../plan/works-of.js';

/** Where the reading of a slice stands: what the next page is asked with, and the sums of those before. */
export interface SliceProgress {
  version: 1;
  kind: WorkKind;
  from: Day;
  to: Day;
  /** As it was when the slice was begun. */
  today: Day;
  now: number;
  round: Round | null;
  gapId: string | null;
  /** Null: the first page. */
  cursor: string | null;
  /** Pages read. */
  pages: number;
  /** An older cursor that none may come back to: a provider could lead us in a circle. */
  mark: string | null;
  points: SavedPoints | null;
  quality: readonly QualityFlag[];
  /** Which page could not be understood and when last, how often in a row, and how often any could not. */
  failures: { page: number; at: number; inRow: number; inAll: number } | null;
}

/** Nothing of it was read yet. */
export function beginProgress(
  { kind, from, to, round, gapId }: WorkItem,
  { today, now }: Moment,
): SliceProgress {
  return {
    version: 1,
    kind,
    from,
    to,
    today,
    now,
    round,
    gapId,
    cursor: null,
    pages: 0,
    mark: null,
    points: null,
    quality: [],
    failures: null,
  };
}

/** Row ids of `sync_streams`. */
export function streamRowId(integrationId: string, stream: string): string {
  return `${integrationId}:${stream}`;
}

/** How `sync_streams.progress` is opened and sealed: here and nowhere else. */
export function openProgress(cipher: Opener, row: string, sealed: Buffer): SliceProgress | null {
  const progress = cipher.openJson(SYNC_STREAMS.progress, row, sealed) as SliceProgress;
  // Of another version of the program: the slice begins anew.
  return progress.version === 1 ? progress : null;
}

export function sealProgress(cipher: Sealer, row: string, progress: SliceProgress): Sealed {
  return cipher.sealJson(SYNC_STREAMS.progress, row, progress);
}
