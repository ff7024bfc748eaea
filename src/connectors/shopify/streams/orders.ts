import { addDays } from '../../../kernel/calendar.js';
import { BrokenPageError } from '../../kit/provider-errors.js';
import type { ProviderClient } from '../../kit/provider-client.js';
import { boolean } from '../../kit/read/boolean.js';
import { list } from '../../kit/read/list.js';
import { object } from '../../kit/read/object.js';
import { text } from '../../kit/read/text.js';
import type { Slice, Stream } from '../../kit/stream.js';
import { ask } from '../graphql.js';
import { mapOrder } from '../orders/map-order.js';
import type { Order } from '../orders/order.js';
import { ORDERS } from '../orders/order-query.js';
import { wholeOrder } from '../orders/whole-order.js';

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
    const variables = { query: searchFor(slice, cursor) };
    const found = object(await ask(client, ORDERS, variables), 'orders');
    const items = list(found, 'nodes');
    const rows: Order[] = [];
    for (const item of items) {
      // The search leaves them out; its index lags.
      if (!boolean(item, 'test')) rows.push(await wholeOrder(client, item));
    }
    return {
      rows,
      records: items.length,
      next: boolean(object(found, 'pageInfo'), 'hasNextPage') ? nextId(items, cursor) : null,
      quality: isBehindTheWall(client, slice) ? ['history-cut'] : [],
    };
  },
  map: mapOrder,
};

/**
 * Orders of which anything can lie in the slice: placed before its end, changed since its beginning; every
 * sale, refund and payment changes its order. Cancelled and closed ones too. A day more at the end, for a
 * payment comes a moment before the order that it is for.
 *
 * @param cursor the least id that was not listed yet. A range of ids and no cursor of Shopify's: those end
 *   after 25,000 orders, and a busy month has more.
 */
function searchFor({ clock, from, to }: Slice, cursor: string | null): string {
  const begin = new Date(clock.startOf(from)).toISOString();
  const end = new Date(clock.startOf(addDays(to, 2))).toISOString();
  const rest = cursor === null ? '' : ` AND id:>=${cursor}`;
  return `updated_at:>='${begin}' AND processed_at:<'${end}' AND test:false${rest}`;
}

/** The id after the last listed one. */
function nextId(items: readonly unknown[], cursor: string | null): string {
  const [, digits] = /\/Order\/(\d{1,20})$/.exec(text(items.at(-1), 'id')) ?? [];
  if (digits === undefined) throw new BrokenPageError('orders.nodes[].id is the id of an order');
  const next = BigInt(digits) + 1n;
  if (cursor !== null && next <= BigInt(cursor)) {
    throw new BrokenPageError('a page of orders leads to the next one');
  }
  return String(next);
}

function isBehindTheWall(client: ProviderClient, slice: Slice): boolean {
  const isOld = slice.from < addDays(slice.today, -WALL_DAYS);
  return isOld && client.scopes.length > 0 && !client.scopes.includes('read_all_orders');
}
