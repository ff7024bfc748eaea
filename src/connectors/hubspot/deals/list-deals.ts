import type { ProviderClient, Query } from '../../kit/provider-client.js';
import { list } from '../../kit/read/list.js';
import { object } from '../../kit/read/object.js';
import { property } from '../../kit/read/property.js';
import { text } from '../../kit/read/text.js';
import type { Page } from '../../kit/stream.js';
import { HUBSPOT_VERSION } from '../facts.js';

/**
 * One page of all deals that are not archived. A listing and no search: the search lags behind, ends at
 * 10,000 results, and what is merged or deleted vanishes from both.
 */
export async function listDeals<Row>(
  client: ProviderClient,
  query: Query,
  cursor: string | null,
  narrow: (item: unknown) => Row,
): Promise<Page<Row>> {
  const { body } = await client.get(`/crm/objects/${HUBSPOT_VERSION}/0-3`, {
    ...query,
    after: cursor ?? undefined,
  });
  const items = list(body, 'results');
  const paging = property(body, 'paging');
  const next = paging === undefined || paging === null ? null : property(paging, 'next');
  return {
    rows: items.map(narrow),
    records: items.length,
    next: next === undefined || next === null ? null : text(object(paging, 'next'), 'after'),
  };
}
