import { BrokenPageError } from '../../../connectors/kit/provider-errors.js';
import type { SliceProgress } from './slice-progress.js';

const LONGEST = 16_384;

type Place = Pick<SliceProgress, 'cursor' | 'pages' | 'mark'>;

/**
 * The place after a page. A provider that leads back to where we were would keep us for ever: one cursor
 * is remembered, a younger one at every doubling of the pages, so any circle is noticed within about
 * three times its length.
 *
 * @throws BrokenPageError
 */
export function nextCursor(before: Place, next: string | null): Place {
  const pages = before.pages + 1;
  if (next === null) return { ...before, pages };
  if (typeof next !== 'string' || next.length > LONGEST) {
    throw new BrokenPageError('the next cursor is a short text');
  }
  if (next === before.cursor || next === before.mark) {
    throw new BrokenPageError('the next page is another one');
  }
  const isPower = (pages & (pages - 1)) === 0;
  return { cursor: next, pages, mark: isPower ? next : before.mark };
}
