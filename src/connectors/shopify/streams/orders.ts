import { addDays } from '../../../kernel/calendar.js';
import type { ProviderClient } from '../../kit/provider-client.js';
import { boolean } from '../../kit/read/boolean.js';
import { list } from '../../kit/read/list.js';
import { object } from '../../kit/read/object.js';
import { text } from '../../kit/read/text.js';
import type { Slice, Stream } from '../../kit/stream.js';
import { ask } from '../graphql.js';
import { mapOrder } from '../orders/map-order.js';
import type { Agreement, Order } from '../orders/order.js';
import { AGREEMENTS, ORDERS } from '../orders/order-query.js';
import { isWhole, readAgreements, readOrder } from '../orders/read-order.js';

/** Older orders than this are not given without `read_all_orders`, and nobody says so. */
const WALL_DAYS = 60;

/** Orders with all that was ever agreed and paid about them. */
export const orders: Stream<Order> = {
  name: 'orders',
  metrics: [
    'orders.count',
    'orders.created',
    'orders.cancelled',
    'orders.refunded',
    'sales.gross',
    'sales.discounts',
    'sales.returns',
    'sales.net',
    'sales.total',
    'refunds.amount',
    'products.units',
    'products.net_sales',
    'customers.new',
    'customers.returning',
    'payments.captured',
    'payments.pending',
  ],
  covers: 'days',
  sliceDays: 31,
  historyDays: 1_095,
  // Late edits and returns.
  lookBackDays: 60,
  everyMinutes: 30,
  lookBackEveryHours: 24,
  recentDays: 7,
  scope: 'read_orders',
  async page(client, slice, cursor) {
    const variables = { query: searchFor(slice), after: cursor };
    const found = object(await ask(client, ORDERS, variables), 'orders');
    const items = list(found, 'nodes');
    const rows: Order[] = [];
    for (const item of items) {
      // The search leaves them out; its index lags.
      if (boolean(item, 'test')) continue;
      const agreements = isWhole(item)
        ? readAgreements(item)
        : await allAgreements(client, text(item, 'id'));
      rows.push(readOrder(item, agreements));
    }
    const page = object(found, 'pageInfo');
    return {
      rows,
      records: items.length,
      next: boolean(page, 'hasNextPage') ? text(page, 'endCursor') : null,
      quality: isBehindTheWall(client, slice) ? ['history-cut'] : [],
    };
  },
  map: mapOrder,
};

/**
 * Orders of which anything can lie in the slice: placed before its end, changed since its beginning; every
 * sale, refund and payment changes its order. Cancelled and closed ones too.
 */
function searchFor({ clock, from, to }: Slice): string {
  const begin = new Date(clock.startOf(from)).toISOString();
  const end = new Date(clock.startOf(addDays(to, 1))).toISOString();
  return `updated_at:>='${begin}' AND processed_at:<'${end}' AND test:false`;
}

function isBehindTheWall(client: ProviderClient, slice: Slice): boolean {
  const isOld = slice.from < addDays(slice.today, -WALL_DAYS);
  return isOld && client.scopes.length > 0 && !client.scopes.includes('read_all_orders');
}

async function allAgreements(client: ProviderClient, id: string): Promise<Agreement[]> {
  const all: Agreement[] = [];
  let inner: string | null = null;
  do {
    const order: unknown = object(await ask(client, AGREEMENTS, { id, inner }), 'order');
    all.push(...readAgreements(order));
    const page: unknown = object(object(order, 'agreements'), 'pageInfo');
    inner = boolean(page, 'hasNextPage') ? text(page, 'endCursor') : null;
  } while (inner !== null);
  return all;
}
