import type { EventName, Session } from '../../business/web/types.js';
import type { Fact } from './dimensions.js';

export type MetricType =
  'TYPE_INTEGER' | 'TYPE_FLOAT' | 'TYPE_SECONDS' | 'TYPE_CURRENCY' | 'TYPE_STANDARD';

/**
 * - `sum`: whole parts, `scale` of which make one; 'currency' is the digits of the property's currency.
 * - `people`: everybody once; null counts nobody.
 * - `quotient`: of two sums.
 */
export type Measure =
  | { kind: 'sum'; scale: 1 | 4 | 'currency'; of(fact: Fact): number }
  | { kind: 'people'; of(fact: Fact): number | null }
  | { kind: 'quotient'; of(fact: Fact): number; by(fact: Fact): number };

export interface MetricField {
  apiName: string;
  uiName: string;
  category: string;
  type: MetricType;
  /** Hidden from people whose role does not see revenue. */
  revenue?: boolean;
  measure: Measure;
}

/** Every metric the property has. */
export const METRICS: readonly MetricField[] = [
  count('sessions', 'Sessions', 'Session', () => 1),
  count('engagedSessions', 'Engaged sessions', 'Session', ({ session }) => Number(session.engaged)),
  count('screenPageViews', 'Views', 'Page / screen', event('page_view')),
  count('eventCount', 'Event count', 'Event', eventCount),
  {
    ...count('keyEvents', 'Key events', 'Event', () => 0),
    type: 'TYPE_FLOAT',
    measure: { kind: 'sum', scale: 4, of: keyQuarters },
  },
  {
    ...count('userEngagementDuration', 'User engagement', 'User', ({ session }) => session.seconds),
    type: 'TYPE_SECONDS',
  },
  money('totalRevenue', 'Total revenue'),
  money('purchaseRevenue', 'Purchase revenue'),
  count('ecommercePurchases', 'Ecommerce purchases', 'Ecommerce', event('purchase')),
  count('itemsViewed', 'Items viewed', 'Ecommerce', event('view_item')),
  count('addToCarts', 'Add to carts', 'Ecommerce', event('add_to_cart')),
  count('checkouts', 'Checkouts', 'Ecommerce', event('begin_checkout')),
  people('activeUsers', 'Active users', (session) => session.engaged || session.isFirst),
  people('newUsers', 'New users', (session) => session.isFirst),
  people('totalUsers', 'Total users', () => true),
  rate('bounceRate', 'Bounce rate', (session) => !session.engaged),
  rate('engagementRate', 'Engagement rate', (session) => session.engaged),
];

export function metricOf(name: string): MetricField | null {
  return METRICS.find(({ apiName }) => apiName === name) ?? null;
}

/** How often an event happened; nothing in the rows of other events. */
function event(name: EventName): (fact: Fact) => number {
  return (fact) =>
    fact.event === null || fact.event === name ? (fact.session.events[name] ?? 0) : 0;
}

function eventCount(fact: Fact): number {
  if (fact.event !== null) return fact.session.events[fact.event] ?? 0;
  return Object.values(fact.session.events).reduce((all, one) => all + one, 0);
}

function keyQuarters(fact: Fact): number {
  const purchases = 4 * event('purchase')(fact);
  const isLead = fact.event === null || fact.event === 'generate_lead';
  return purchases + (isLead ? fact.session.leadQuarters : 0);
}

function count(
  apiName: string,
  uiName: string,
  category: string,
  of: (fact: Fact) => number,
): MetricField {
  return {
    apiName,
    uiName,
    category,
    type: 'TYPE_INTEGER',
    measure: { kind: 'sum', scale: 1, of },
  };
}

function revenue({ session, event: name }: Fact): number {
  return name === null || name === 'purchase' ? session.revenue : 0;
}

function money(apiName: string, uiName: string): MetricField {
  const measure: Measure = { kind: 'sum', scale: 'currency', of: revenue };
  return { apiName, uiName, category: 'Revenue', type: 'TYPE_CURRENCY', revenue: true, measure };
}

function people(
  apiName: string,
  uiName: string,
  counts: (session: Session) => boolean,
): MetricField {
  const of = ({ session }: Fact) => (counts(session) ? session.visitor : null);
  return {
    apiName,
    uiName,
    category: 'User',
    type: 'TYPE_INTEGER',
    measure: { kind: 'people', of },
  };
}

function rate(apiName: string, uiName: string, counts: (session: Session) => boolean): MetricField {
  const of = ({ session }: Fact) => Number(counts(session));
  const measure: Measure = { kind: 'quotient', of, by: () => 1 };
  return { apiName, uiName, category: 'Session', type: 'TYPE_FLOAT', measure };
}
