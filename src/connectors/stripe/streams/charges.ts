import { boolean } from '../../kit/read/boolean.js';
import { optionalText } from '../../kit/read/optional-text.js';
import { text } from '../../kit/read/text.js';
import { whole } from '../../kit/read/whole.js';
import type { Stream } from '../../kit/stream.js';
import { listPage } from '../list-page.js';
import { isOwn } from '../own-mode.js';
import { dayOf, within } from '../slice-times.js';

interface Charge {
  created: number;
  live: boolean;
  status: string;
  captured: boolean;
  failure: string | null;
}

/** Attempts to charge, and how they ended. Amounts come from the ledger, so that currencies and fees agree. */
export const charges: Stream<Charge> = {
  name: 'charges',
  metrics: ['payments.count', 'payments.attempts'],
  covers: 'days',
  sliceDays: 31,
  historyDays: 1_095,
  lookBackDays: 35,
  everyMinutes: 30,
  lookBackEveryHours: 24,
  recentDays: 3,
  scope: 'charge_read',
  page: (client, slice, cursor) =>
    listPage(client, '/v1/charges', within('created', slice), cursor, narrow),
  map(row, slice, points) {
    if (!isOwn(slice, row) || row.status === 'pending') return;
    const day = dayOf(slice, row.created);
    const dimensions = { failure_code: row.failure ?? 'none' };
    points.add('payments.attempts', day, 1, { dimensions });
    // An authorisation that was not captured is no payment.
    if (row.status === 'succeeded' && row.captured) {
      points.add('payments.count', day, 1, { dimensions });
    }
  },
};

function narrow(item: unknown): Charge {
  return {
    created: whole(item, 'created'),
    live: boolean(item, 'livemode'),
    status: text(item, 'status'),
    captured: boolean(item, 'captured'),
    failure: optionalText(item, 'failure_code'),
  };
}
