import type { ProviderClient, Query } from '../kit/provider-client.js';
import { BrokenPageError } from '../kit/provider-errors.js';
import { boolean } from '../kit/read/boolean.js';
import { list } from '../kit/read/list.js';
import { text } from '../kit/read/text.js';
import type { Page } from '../kit/stream.js';

/** The most that Stripe gives in one answer. */
const PAGE_SIZE = 100;

/**
 * One page of a list, newest first.
 *
 * @param cursor the id of the last object of the page before
 * @param narrow takes what is needed of one object; null leaves it out
 */
export async function listPage<Row>(
  client: ProviderClient,
  path: string,
  query: Query,
  cursor: string | null,
  narrow: (item: unknown) => Row | null,
): Promise<Page<Row>> {
  const { body } = await client.get(path, {
    ...query,
    limit: PAGE_SIZE,
    starting_after: cursor ?? undefined,
  });
  const items = list(body, 'data');
  const last = items.at(-1);
  const next = boolean(body, 'has_more') && last !== undefined ? text(last, 'id') : null;
  if (next !== null && next === cursor) throw new BrokenPageError('a page leads to the next one');
  return {
    rows: items.map(narrow).filter((row) => row !== null),
    records: items.length,
    next,
  };
}
