import { currency } from '../../kit/read/currency.js';
import { list } from '../../kit/read/list.js';
import { whole } from '../../kit/read/whole.js';
import type { Stream } from '../../kit/stream.js';
import { addMoney } from '../add-money.js';

interface Standing {
  metric: 'balance.available' | 'balance.pending';
  amount: number;
  currency: string;
}

const PARTS = ['available', 'pending'] as const;

/** What the balance is now. Its history cannot be read. */
export const balance: Stream<Standing> = {
  name: 'balance',
  metrics: ['balance.available', 'balance.pending'],
  covers: 'today',
  sliceDays: 1,
  historyDays: 1,
  lookBackDays: 1,
  everyMinutes: 60,
  lookBackEveryHours: 24,
  recentDays: 1,
  scope: 'balance_read',
  async page(client) {
    const { body } = await client.get('/v1/balance');
    const rows = PARTS.flatMap((part) =>
      list(body, part).map((entry) => ({
        metric: `balance.${part}` as const,
        amount: whole(entry, 'amount'),
        currency: currency(entry, 'currency'),
      })),
    );
    return { rows, records: 1, next: null };
  },
  map: (row, slice, points) => addMoney(points, row.metric, slice.today, row),
};
