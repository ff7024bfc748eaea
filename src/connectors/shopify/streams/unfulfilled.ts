import { boolean } from '../../kit/read/boolean.js';
import { list } from '../../kit/read/list.js';
import { object } from '../../kit/read/object.js';
import { optionalText } from '../../kit/read/optional-text.js';
import { text } from '../../kit/read/text.js';
import type { Stream } from '../../kit/stream.js';
import { ask } from '../graphql.js';

const UNFULFILLED = `query Unfulfilled($query: String!, $after: String) {
  orders(first: 250, after: $after, sortKey: ID, query: $query) {
    pageInfo { hasNextPage endCursor }
    nodes { test cancelledAt displayFulfillmentStatus }
  }
}`;

/** Orders of which nothing was sent yet, as they are now. Counted one by one: a count of Shopify's ends at 10,000. */
export const unfulfilled: Stream<true> = {
  name: 'unfulfilled',
  metrics: ['fulfilment.unfulfilled'],
  covers: 'today',
  sliceDays: 1,
  historyDays: 1,
  lookBackDays: 1,
  everyMinutes: 120,
  lookBackEveryHours: 24,
  recentDays: 1,
  scope: 'read_orders',
  async page(client, _slice, cursor) {
    const query = 'fulfillment_status:unfulfilled AND test:false';
    const found = object(await ask(client, UNFULFILLED, { query, after: cursor }), 'orders');
    const items = list(found, 'nodes');
    const page = object(found, 'pageInfo');
    return {
      rows: items.filter(isUnfulfilled).map(() => true as const),
      records: items.length,
      next: boolean(page, 'hasNextPage') ? text(page, 'endCursor') : null,
    };
  },
  map: (_order, slice, points) => points.add('fulfilment.unfulfilled', slice.today, 1),
};

function isUnfulfilled(item: unknown): boolean {
  return (
    !boolean(item, 'test') &&
    optionalText(item, 'cancelledAt') === null &&
    text(item, 'displayFulfillmentStatus') === 'UNFULFILLED'
  );
}
