import { currencyDigits } from '../../../kernel/currency.js';
import { boolean } from '../../kit/read/boolean.js';
import { currency } from '../../kit/read/currency.js';
import { decimalUnits } from '../../kit/read/decimal-units.js';
import { list } from '../../kit/read/list.js';
import { object } from '../../kit/read/object.js';
import { text } from '../../kit/read/text.js';
import type { Stream } from '../../kit/stream.js';
import { ask } from '../graphql.js';

const DISPUTES = `query Disputes($after: String) {
  disputes(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { status amount { amount currencyCode } }
  }
}`;

const OPEN = new Set(['NEEDS_RESPONSE', 'UNDER_REVIEW']);

interface Dispute {
  status: string;
  amount: string;
  currency: string;
}

/** Disputes of shops that are paid through Shopify, as they are now. */
export const disputes: Stream<Dispute> = {
  name: 'disputes',
  metrics: ['disputes.open', 'disputes.open_amount'],
  covers: 'today',
  sliceDays: 1,
  historyDays: 1,
  lookBackDays: 1,
  everyMinutes: 120,
  lookBackEveryHours: 24,
  recentDays: 1,
  scope: 'read_shopify_payments_disputes',
  async page(client, _slice, cursor) {
    const found = object(await ask(client, DISPUTES, { after: cursor }), 'disputes');
    const items = list(found, 'nodes');
    const page = object(found, 'pageInfo');
    return {
      rows: items.map(narrow).filter(({ status }) => OPEN.has(status)),
      records: items.length,
      next: boolean(page, 'hasNextPage') ? text(page, 'endCursor') : null,
    };
  },
  map({ status, amount, currency }, slice, points) {
    const dimensions = { status };
    const units = decimalUnits(amount, currencyDigits(currency), 'amount');
    points.add('disputes.open', slice.today, 1, { dimensions });
    points.add('disputes.open_amount', slice.today, units, { currency, dimensions });
  },
};

function narrow(item: unknown): Dispute {
  const money = object(item, 'amount');
  return {
    status: text(item, 'status'),
    amount: text(money, 'amount'),
    currency: currency(money, 'currencyCode'),
  };
}
