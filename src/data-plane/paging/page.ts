import { cursorOf, type Position } from './cursor.js';

export interface Page<T> {
  items: T[];
  /** Give it back for the next page; null on the last one. */
  nextCursor: string | null;
}

/**
 * A page from rows that were read with one more than `limit`: the extra one tells that there is a
 * next page and is not part of this one.
 */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  positionIn: (row: Row) => Position,
  view: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(view), nextCursor: more ? cursorOf(positionIn(last)) : null };
}
