import { currency } from '../../kit/read/currency.js';
import { boolean } from '../../kit/read/boolean.js';
import { text } from '../../kit/read/text.js';
import { whole } from '../../kit/read/whole.js';
import type { Stream } from '../../kit/stream.js';
import { addMoney } from '../add-money.js';
import { listPage } from '../list-page.js';
import { isOwn } from '../own-mode.js';
import { dayOf, within } from '../slice-times.js';

interface Dispute {
  created: number;
  live: boolean;
  status: string;
  reason: string;
  amount: number;
  currency: string;
}

/** Disputes by their day. They are open for months, so their state is looked at again for long. */
export const disputes: Stream<Dispute> = {
  name: 'disputes',
  metrics: ['disputes.amount', 'disputes.count'],
  covers: 'days',
  sliceDays: 31,
  historyDays: 1_095,
  lookBackDays: 120,
  everyMinutes: 60,
  lookBackEveryHours: 24,
  recentDays: 7,
  scope: 'dispute_read',
  page: (client, slice, cursor) =>
    listPage(client, '/v1/disputes', within('created', slice), cursor, narrow),
  map(row, slice, points) {
    const isDispute = !row.status.startsWith('warning_') && row.status !== 'prevented';
    if (!isDispute || !isOwn(slice, row)) return;
    const day = dayOf(slice, row.created);
    const dimensions = { status: row.status, reason: row.reason };
    addMoney(points, 'disputes.amount', day, row, dimensions);
    points.add('disputes.count', day, 1, { dimensions });
  },
};

function narrow(item: unknown): Dispute {
  return {
    created: whole(item, 'created'),
    live: boolean(item, 'livemode'),
    status: text(item, 'status'),
    reason: text(item, 'reason'),
    amount: whole(item, 'amount'),
    currency: currency(item, 'currency'),
  };
}
