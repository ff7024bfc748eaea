import type { MetricDefinition } from '../kit/metric.js';

const SUM = { kind: 'sum' } as const;

const CHANNEL = ['channel'];
const SOURCE = ['source', 'medium', 'campaign'];
const PLACE = ['country', 'device'];
const LANDING = ['landing_page'];
const EVENT = ['event'];

/** The cuts that GA reports sessions by; they cannot be crossed. */
const SESSIONS = [CHANNEL, SOURCE, PLACE, LANDING];

function cut(...breakdowns: readonly (readonly string[])[]) {
  return { dimensions: breakdowns.flat(), breakdowns };
}

function per(numerator: string, denominator: string, minus?: string) {
  return {
    kind: 'ratio',
    numerator: [
      { metric: numerator, factor: 1 },
      ...(minus === undefined ? [] : [{ metric: minus, factor: -1 } as const]),
    ],
    denominator: [{ metric: denominator, factor: 1 }],
  } as const;
}

/** What Google Analytics tells. Days are in the property's zone; unique users never add up. */
export const metrics: readonly MetricDefinition[] = [
  {
    key: 'web.sessions',
    title: 'Sessions',
    description: 'Visits, by how, whence and where they came.',
    unit: 'count',
    ...cut(...SESSIONS),
    aggregation: SUM,
  },
  {
    key: 'web.engaged_sessions',
    title: 'Engaged sessions',
    description: 'Visits that lasted, went on, or did something that counts.',
    unit: 'count',
    ...cut(...SESSIONS),
    aggregation: SUM,
  },
  {
    key: 'web.pageviews',
    title: 'Page views',
    description: 'Pages and screens seen.',
    unit: 'count',
    ...cut(CHANNEL),
    aggregation: SUM,
  },
  {
    key: 'web.events',
    title: 'Events',
    description: 'Events of all kinds, by their name or by how the visit came.',
    unit: 'count',
    ...cut(EVENT, CHANNEL),
    aggregation: SUM,
  },
  {
    key: 'web.key_events',
    title: 'Key events',
    description: 'Events that the property counts as a goal; a part of one may be credited.',
    unit: 'count',
    decimals: 4,
    ...cut(...SESSIONS, EVENT),
    aggregation: SUM,
  },
  {
    key: 'web.revenue',
    title: 'Revenue seen by Analytics',
    description: 'What pages reported as revenue; for the books use the shop or the payments.',
    unit: 'money',
    decimals: 4,
    ...cut(CHANNEL, SOURCE),
    aggregation: SUM,
  },
  {
    key: 'web.purchases',
    title: 'Purchases seen by Analytics',
    description: 'Purchases that pages reported.',
    unit: 'count',
    ...cut(CHANNEL),
    aggregation: SUM,
  },
  {
    key: 'web.engagement_seconds',
    title: 'Engagement time',
    description: 'Seconds that pages were in front of somebody.',
    unit: 'seconds',
    ...cut(CHANNEL),
    aggregation: SUM,
  },
  {
    key: 'web.active_users_day',
    title: 'Active users of a day',
    description: 'Different users in one day; days do not add up.',
    unit: 'count',
    dimensions: [],
    aggregation: { kind: 'unique', per: 'day' },
  },
  {
    key: 'web.new_users',
    title: 'New users',
    description: 'Users seen for the first time, on that day.',
    unit: 'count',
    dimensions: [],
    aggregation: SUM,
  },
  {
    key: 'web.active_users_7d',
    title: 'Active users of 7 days',
    description: 'Different users in the seven days that end with the day.',
    unit: 'count',
    dimensions: [],
    aggregation: { kind: 'unique', per: '7d' },
  },
  {
    key: 'web.active_users_28d',
    title: 'Active users of 28 days',
    description: 'Different users in the 28 days that end with the day.',
    unit: 'count',
    dimensions: [],
    aggregation: { kind: 'unique', per: '28d' },
  },
  {
    key: 'web.active_users_month',
    title: 'Active users of a month',
    description: 'Different users in a calendar month; the present one as far as it has come.',
    unit: 'count',
    dimensions: [],
    aggregation: { kind: 'unique', per: 'month' },
  },
  {
    key: 'web.bounce_rate',
    title: 'Bounce rate',
    description: 'Sessions that were not engaged, among all.',
    unit: 'percent',
    ...cut(...SESSIONS),
    aggregation: per('web.sessions', 'web.sessions', 'web.engaged_sessions'),
  },
  {
    key: 'web.engagement_rate',
    title: 'Engagement rate',
    description: 'Engaged sessions among all.',
    unit: 'percent',
    ...cut(...SESSIONS),
    aggregation: per('web.engaged_sessions', 'web.sessions'),
  },
  {
    key: 'web.key_events_per_session',
    title: 'Key events per session',
    description: 'Key events, not sessions with one, against sessions.',
    unit: 'ratio',
    ...cut(...SESSIONS),
    aggregation: per('web.key_events', 'web.sessions'),
  },
  {
    key: 'web.pages_per_session',
    title: 'Pages per session',
    description: 'Page views against sessions.',
    unit: 'ratio',
    ...cut(CHANNEL),
    aggregation: per('web.pageviews', 'web.sessions'),
  },
  {
    key: 'web.avg_engagement_per_session',
    title: 'Engagement per session',
    description: 'Seconds of engagement against sessions.',
    unit: 'seconds',
    ...cut(CHANNEL),
    aggregation: per('web.engagement_seconds', 'web.sessions'),
  },
  {
    key: 'web.funnel.view_cart_checkout_purchase',
    title: 'Shop funnel',
    description: 'Events of each step from seeing a thing to buying it; events, not people.',
    unit: 'count',
    dimensions: ['step'],
    aggregation: SUM,
  },
];
