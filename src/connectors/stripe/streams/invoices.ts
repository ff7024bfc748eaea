import { currency } from '../../kit/read/currency.js';
import { boolean } from '../../kit/read/boolean.js';
import { object } from '../../kit/read/object.js';
import { optionalText } from '../../kit/read/optional-text.js';
import { optionalWhole } from '../../kit/read/optional-whole.js';
import { whole } from '../../kit/read/whole.js';
import type { Stream } from '../../kit/stream.js';
import { addMoney } from '../add-money.js';
import { listPage } from '../list-page.js';
import { isOwn } from '../own-mode.js';
import { dayOf, within } from '../slice-times.js';

interface Invoice {
  live: boolean;
  testClock: string | null;
  currency: string;
  paidAt: number | null;
  paid: number;
  dueAt: number | null;
  remaining: number;
}

/** Invoices can be asked for by creation only; one that is paid later than this after it is not seen. */
const PAID_WITHIN_DAYS = 120;

/** Invoices by the day they were paid. */
export const paidInvoices: Stream<Invoice> = {
  name: 'paid-invoices',
  metrics: ['invoices.paid'],
  covers: 'days',
  sliceDays: 31,
  historyDays: 1_095,
  lookBackDays: 35,
  everyMinutes: 120,
  lookBackEveryHours: 24,
  recentDays: 3,
  scope: 'invoice_read',
  page: (client, slice, cursor) => {
    const query = { ...within('created', slice, PAID_WITHIN_DAYS), status: 'paid' };
    return listPage(client, '/v1/invoices', query, cursor, narrow);
  },
  map(row, slice, points) {
    if (row.paidAt === null || !isOwn(slice, row)) return;
    addMoney(points, 'invoices.paid', dayOf(slice, row.paidAt), {
      amount: row.paid,
      currency: row.currency,
    });
  },
};

/** Open invoices past their due date, as they are now. */
export const overdueInvoices: Stream<Invoice> = {
  name: 'overdue-invoices',
  metrics: ['invoices.open_overdue'],
  covers: 'today',
  sliceDays: 1,
  historyDays: 1,
  lookBackDays: 1,
  everyMinutes: 360,
  lookBackEveryHours: 24,
  recentDays: 1,
  scope: 'invoice_read',
  page: (client, _slice, cursor) =>
    listPage(client, '/v1/invoices', { status: 'open' }, cursor, narrow),
  map(row, slice, points) {
    const isOverdue = row.dueAt !== null && row.dueAt * 1000 < slice.now;
    if (!isOverdue || !isOwn(slice, row)) return;
    addMoney(points, 'invoices.open_overdue', slice.today, {
      amount: row.remaining,
      currency: row.currency,
    });
  },
};

function narrow(item: unknown): Invoice {
  return {
    live: boolean(item, 'livemode'),
    testClock: optionalText(item, 'test_clock'),
    currency: currency(item, 'currency'),
    paidAt: optionalWhole(object(item, 'status_transitions'), 'paid_at'),
    paid: whole(item, 'amount_paid'),
    dueAt: optionalWhole(item, 'due_date'),
    remaining: whole(item, 'amount_remaining'),
  };
}
