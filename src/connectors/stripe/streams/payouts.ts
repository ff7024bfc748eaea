import { currency } from '../../kit/read/currency.js';
import { boolean } from '../../kit/read/boolean.js';
import { text } from '../../kit/read/text.js';
import { whole } from '../../kit/read/whole.js';
import type { Stream } from '../../kit/stream.js';
import { addMoney } from '../add-money.js';
import { listPage } from '../list-page.js';
import { isOwn } from '../own-mode.js';
import { dayOf, within } from '../slice-times.js';

interface Payout {
  arrives: number;
  live: boolean;
  status: string;
  amount: number;
  currency: string;
}

/** Payouts by the day their money arrives. No revenue: it was earned before. */
export const payouts: Stream<Payout> = {
  name: 'payouts',
  metrics: ['payouts.paid'],
  covers: 'days',
  sliceDays: 31,
  historyDays: 1_095,
  lookBackDays: 35,
  everyMinutes: 60,
  lookBackEveryHours: 24,
  recentDays: 7,
  scope: 'payout_read',
  page: (client, slice, cursor) =>
    listPage(client, '/v1/payouts', within('arrival_date', slice), cursor, narrow),
  map(row, slice, points) {
    if (row.status !== 'paid' || !isOwn(slice, row)) return;
    addMoney(points, 'payouts.paid', dayOf(slice, row.arrives), row, {
      status: row.status,
    });
  },
};

function narrow(item: unknown): Payout {
  return {
    arrives: whole(item, 'arrival_date'),
    live: boolean(item, 'livemode'),
    status: text(item, 'status'),
    amount: whole(item, 'amount'),
    currency: currency(item, 'currency'),
  };
}
