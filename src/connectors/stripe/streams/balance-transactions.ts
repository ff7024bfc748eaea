import { currency } from '../../kit/read/currency.js';
import { list } from '../../kit/read/list.js';
import { text } from '../../kit/read/text.js';
import { whole } from '../../kit/read/whole.js';
import type { Stream } from '../../kit/stream.js';
import { addMoney } from '../add-money.js';
import { listPage } from '../list-page.js';
import { dayOf, within } from '../slice-times.js';

interface Transaction {
  created: number;
  type: string;
  category: string;
  currency: string;
  amount: number;
  fee: number;
  net: number;
  fees: { type: string; currency: string; amount: number }[];
}

const PAYMENTS = new Set(['charge', 'payment']);

/** Refunds, their failures, and disputes with their reversals: what takes from revenue, or gives back. */
const REFUNDS = new Set(['refund', 'payment_refund', 'refund_failure', 'payment_failure_refund']);
const DISPUTES = new Set(['dispute', 'dispute_reversal']);

/** Money of the account that only changes its place, or is another's. */
const NO_REVENUE =
  /^(payout|reserve|transfer|topup)|_hold$|_hold_release$|^(payment_network_)?reserve/;

/** The ledger: every movement of the balance, in the currency of settlement. */
export const balanceTransactions: Stream<Transaction> = {
  name: 'balance-transactions',
  metrics: ['payments.gross_volume', 'payments.net_volume', 'payments.fees', 'revenue.net'],
  covers: 'days',
  sliceDays: 31,
  historyDays: 1_095,
  lookBackDays: 35,
  everyMinutes: 30,
  lookBackEveryHours: 24,
  recentDays: 3,
  scope: 'balance_transaction_source_read',
  page: (client, slice, cursor) =>
    listPage(client, '/v1/balance_transactions', within('created', slice), cursor, narrow),
  map(row, slice, points) {
    const day = dayOf(slice, row.created);
    const { currency } = row;
    if (PAYMENTS.has(row.type)) {
      addMoney(points, 'payments.gross_volume', day, row, { payment_type: row.type });
      addMoney(points, 'revenue.net', day, row);
    }
    if (REFUNDS.has(row.type) || DISPUTES.has(row.category)) {
      addMoney(points, 'revenue.net', day, row);
    }
    if (!NO_REVENUE.test(row.type)) {
      addMoney(points, 'payments.net_volume', day, { amount: row.net, currency });
    }
    for (const fee of feesOf(row)) {
      addMoney(points, 'payments.fees', day, fee, { fee_type: fee.type });
      addMoney(points, 'revenue.net', day, { amount: -fee.amount, currency: fee.currency });
    }
  },
};

/** Fees of a movement; a movement that is a fee itself (billing, Radar) takes its amount from the balance. */
function feesOf(row: Transaction): { type: string; currency: string; amount: number }[] {
  const { currency } = row;
  if (row.type === 'stripe_fee') return [{ type: 'stripe_fee', currency, amount: -row.amount }];
  const told = row.fees.reduce((sum, fee) => sum + fee.amount, 0);
  // What the details leave out is a fee all the same.
  const rest = row.fee - told;
  return rest === 0 ? row.fees : [...row.fees, { type: 'other', currency, amount: rest }];
}

function narrow(item: unknown): Transaction {
  return {
    created: whole(item, 'created'),
    type: text(item, 'type'),
    category: text(item, 'reporting_category'),
    currency: currency(item, 'currency'),
    amount: whole(item, 'amount'),
    fee: whole(item, 'fee'),
    net: whole(item, 'net'),
    fees: list(item, 'fee_details').map((fee) => ({
      type: text(fee, 'type'),
      currency: currency(fee, 'currency'),
      amount: whole(fee, 'amount'),
    })),
  };
}
