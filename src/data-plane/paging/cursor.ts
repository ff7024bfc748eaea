import { CursorInvalidError } from './paging.errors.js';

/** Where a page ended: values of the columns the list is ordered by, as text. */
export type Position = readonly string[];

/** Opaque to clients, so that an order may change without breaking them. Not a secret. */
export function cursorOf(position: Position): string {
  return Buffer.from(position.join(' ')).toString('base64url');
}

/**
 * The position in a cursor. Each part must match its pattern, because it goes into a statement and
 * anybody can write a cursor.
 *
 * @throws CursorInvalidError
 */
export function positionOf(cursor: string, patterns: readonly RegExp[]): Position {
  const parts = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const fits =
    parts.length === patterns.length && patterns.every((it, i) => it.test(parts[i] ?? ''));
  if (!fits) throw new CursorInvalidError();
  return parts;
}
