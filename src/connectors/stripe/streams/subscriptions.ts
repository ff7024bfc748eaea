import type { Stream } from '../../kit/stream.js';
import { listPage } from '../list-page.js';
import { amountOf } from '../money.js';
import { monthlyRevenue } from '../mrr/monthly-revenue.js';
import { readSubscription } from '../mrr/read-subscription.js';
import { readTiers } from '../mrr/read-tiers.js';
import type { Subscription } from '../mrr/subscription.js';
import type { Tiers } from '../mrr/tiers.js';
import { isOwn } from '../own-mode.js';
import { dayOf } from '../slice-times.js';

const ACTIVE = new Set(['active', 'past_due']);

/** Subscriptions that never began are none. */
const NEVER_BEGAN = new Set(['incomplete', 'incomplete_expired']);

/**
 * All subscriptions there ever were: Stripe cannot be asked which changed. They tell the beginnings and
 * ends of every day, and today's state.
 */
export const subscriptions: Stream<Subscription, ReadonlyMap<string, Tiers>> = {
  name: 'subscriptions',
  metrics: [
    'subscriptions.new',
    'subscriptions.churned',
    'mrr.total',
    'subscriptions.active',
    'subscriptions.trialing',
    'subscriptions.paused',
  ],
  todayMetrics: [
    'mrr.total',
    'subscriptions.active',
    'subscriptions.trialing',
    'subscriptions.paused',
  ],
  covers: 'whole',
  sliceDays: 31,
  historyDays: 1_095,
  lookBackDays: 35,
  everyMinutes: 360,
  lookBackEveryHours: 24,
  recentDays: 35,
  scope: 'subscription_read',
  prepare: (client) => readTiers(client),
  page: (client, _slice, cursor) => {
    const query = {
      // Without it the cancelled ones are left out.
      status: 'all',
      'expand[]': ['data.items.data.price', 'data.discounts', 'data.discounts.source.coupon'],
    };
    return listPage(client, '/v1/subscriptions', query, cursor, readSubscription);
  },
  map(row, slice, points, tiers) {
    if (!isOwn(slice, row) || NEVER_BEGAN.has(row.status)) return;
    const product = row.items[0]?.product ?? 'none';
    points.add('subscriptions.new', dayOf(slice, row.startedAt), 1, { dimensions: { product } });
    if (row.endedAt !== null) {
      const day = dayOf(slice, row.endedAt);
      points.add('subscriptions.churned', day, 1, { dimensions: { product } });
    }
    const { today } = slice;
    const { status } = row;
    if (ACTIVE.has(status)) {
      points.add('subscriptions.active', today, 1, { dimensions: { status, product } });
    } else if (status === 'trialing') {
      points.add('subscriptions.trialing', today, 1, { dimensions: { status } });
    }
    // Whose payments are not collected is active as well: nobody cancelled.
    if (row.endedAt === null && (row.paused || status === 'paused')) {
      points.add('subscriptions.paused', today, 1, { dimensions: { status } });
    }
    const unit = amountOf(1, row.currency);
    for (const [of, money] of monthlyRevenue(row, slice.now / 1000, tiers)) {
      points.addFraction(
        'mrr.total',
        today,
        money.numerator * unit.numerator,
        money.denominator * unit.denominator,
        { currency: row.currency, dimensions: { product: of } },
      );
    }
  },
};
