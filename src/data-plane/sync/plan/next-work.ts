import type { WorkItem, WorkKind } from './work-item.js';

/**
 * What is read first: the last month of every stream, then what may have changed, then history, month
 * by month over all streams, and what was left for later at the end.
 */
const RANK: Record<WorkKind, number> = { first: 0, recent: 2, 'look-back': 3, history: 4, gap: 5 };

/** @param works in the order of the connector's streams; a slice that was begun stands for its stream */
export function nextWork(works: readonly WorkItem[]): WorkItem | null {
  const [first] = works.toSorted(
    (a, b) => rankOf(a) - rankOf(b) || (a.to < b.to ? 1 : a.to > b.to ? -1 : 0),
  );
  return first ?? null;
}

/** Whether numbers are behind until it is done. History and gaps are late anyway. */
export function isPressing({ kind }: WorkItem): boolean {
  return kind === 'first' || kind === 'recent' || kind === 'look-back';
}

/** A listing of everything may be long; a month of the others is not. */
function rankOf({ kind, stream }: WorkItem): number {
  return kind === 'first' && stream.covers === 'whole' ? 1 : RANK[kind];
}
