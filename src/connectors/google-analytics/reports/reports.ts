import type { Column, Report } from './report.js';

const SESSIONS = count('sessions', 'web.sessions');
const ENGAGED = count('engagedSessions', 'web.engaged_sessions');
const EVENTS = count('eventCount', 'web.events');
const KEY_EVENTS: Column = { api: 'keyEvents', metric: 'web.key_events', digits: 4 };
const REVENUE: Column = { api: 'totalRevenue', metric: 'web.revenue', digits: 4, money: true };

/**
 * What is asked for by day, cut in one way each. The list is fixed on purpose: a dimension of events beside
 * one of sessions would count sessions twice.
 */
export const REPORTS: readonly Report[] = [
  {
    dimensions: [{ api: 'sessionDefaultChannelGroup', name: 'channel' }],
    columns: [
      SESSIONS,
      ENGAGED,
      count('screenPageViews', 'web.pageviews'),
      KEY_EVENTS,
      count('userEngagementDuration', 'web.engagement_seconds'),
      REVENUE,
      count('ecommercePurchases', 'web.purchases'),
      EVENTS,
    ],
  },
  {
    dimensions: [
      { api: 'sessionSource', name: 'source' },
      { api: 'sessionMedium', name: 'medium' },
      { api: 'sessionCampaignName', name: 'campaign' },
    ],
    columns: [SESSIONS, ENGAGED, KEY_EVENTS, REVENUE],
  },
  {
    dimensions: [
      { api: 'country', name: 'country' },
      { api: 'deviceCategory', name: 'device' },
    ],
    columns: [SESSIONS, ENGAGED, KEY_EVENTS],
  },
  {
    dimensions: [{ api: 'landingPage', name: 'landing_page' }],
    columns: [SESSIONS, ENGAGED, KEY_EVENTS],
  },
  {
    dimensions: [{ api: 'eventName', name: 'event' }],
    columns: [EVENTS, KEY_EVENTS],
  },
  {
    dimensions: [],
    columns: [
      step('itemsViewed', 'view'),
      step('addToCarts', 'cart'),
      step('checkouts', 'checkout'),
      step('ecommercePurchases', 'purchase'),
    ],
  },
];

/** Users by day: no dimension beside the day, for they add up over nothing. */
export const USERS: Report = {
  dimensions: [],
  columns: [count('activeUsers', 'web.active_users_day'), count('newUsers', 'web.new_users')],
};

function count(api: string, metric: string): Column {
  return { api, metric, digits: 0 };
}

function step(api: string, name: string): Column {
  const metric = 'web.funnel.view_cart_checkout_purchase';
  return { api, metric, digits: 0, fixed: { step: name } };
}
