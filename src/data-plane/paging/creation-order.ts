import { positionOf, type Position } from './cursor.js';

/**
 * Oldest first, by time and then by id: what is added while somebody turns pages comes at the end,
 * so no row is shown twice and none that was there is skipped. Microseconds, because a JavaScript
 * date would round them and lose or repeat rows at the seam.
 *
 * For tables with `created_at` and a text `id`; takes $1 to $3 from `creationValues`.
 */
export const CREATION_MICROS = `(extract(epoch FROM created_at) * 1000000)::bigint::text AS micros`;

export const AFTER_IN_CREATION_ORDER = `($1::bigint IS NULL OR (created_at, id) >
    (timestamptz 'epoch' + $1::bigint * interval '1 microsecond', $2::text))
  ORDER BY created_at, id LIMIT $3`;

const PARTS = [/^\d{1,17}$/, /^[a-z0-9_]{1,40}$/];

/** @throws CursorInvalidError */
export function creationValues(query: { limit: number; cursor?: string }): unknown[] {
  const [micros = null, id = null] =
    query.cursor === undefined ? [] : positionOf(query.cursor, PARTS);
  return [micros, id, query.limit + 1];
}

export function creationPosition(row: { micros: string; id: string }): Position {
  return [row.micros, row.id];
}
