import type { Stream } from '../../../connectors/kit/stream.js';
import type { Day } from '../../../kernel/calendar.js';
import type { Round } from './stream-state.js';

/**
 * Why a slice is read.
 *
 * - `first`: days of the last month, never read before.
 * - `recent`, `look-back`: days that may have changed.
 * - `history`: older days, never read before.
 * - `gap`: days that were left for later.
 */
export type WorkKind = 'first' | 'recent' | 'look-back' | 'history' | 'gap';

/** One slice to be read. */
export interface WorkItem {
  stream: Stream;
  kind: WorkKind;
  from: Day;
  to: Day;
  /** The re-reading that it is a part of. */
  round: Round | null;
  gapId: string | null;
}
