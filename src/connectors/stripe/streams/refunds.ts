import { currency } from '../../kit/read/currency.js';
import { optionalText } from '../../kit/read/optional-text.js';
import { whole } from '../../kit/read/whole.js';
import type { Stream } from '../../kit/stream.js';
import { addMoney } from '../add-money.js';
import { listPage } from '../list-page.js';
import { dayOf, within } from '../slice-times.js';

interface Refund {
  created: number;
  status: string | null;
  reason: string | null;
  amount: number;
  currency: string;
}

/** Refunds by their own day, not the payment's. A pending one may yet fail: the look-back finds out. */
export const refunds: Stream<Refund> = {
  name: 'refunds',
  metrics: ['refunds.amount', 'refunds.count'],
  covers: 'days',
  sliceDays: 31,
  historyDays: 1_095,
  lookBackDays: 35,
  everyMinutes: 60,
  lookBackEveryHours: 24,
  recentDays: 3,
  scope: 'charge_read',
  page: (client, slice, cursor) =>
    listPage(client, '/v1/refunds', within('created', slice), cursor, narrow),
  map(row, slice, points) {
    if (row.status !== 'succeeded') return;
    const day = dayOf(slice, row.created);
    const dimensions = { reason: row.reason ?? 'none' };
    addMoney(points, 'refunds.amount', day, row, dimensions);
    points.add('refunds.count', day, 1, { dimensions });
  },
};

function narrow(item: unknown): Refund {
  return {
    created: whole(item, 'created'),
    status: optionalText(item, 'status'),
    reason: optionalText(item, 'reason'),
    amount: whole(item, 'amount'),
    currency: currency(item, 'currency'),
  };
}
