import { canaryPerson } from '../../business/canary.js';
import type { EventName, Session } from '../../business/web/types.js';

/** What a row is counted from: a visit, or one kind of event in it. */
export interface Fact {
  session: Session;
  /** Only where the report tells events apart. */
  event: EventName | null;
  day: string;
  /** The landing page as this report may show it. */
  landing: string;
}

export interface DimensionField {
  apiName: string;
  uiName: string;
  category: string;
  /** Whether rows of few people are withheld where it is asked for. */
  thresholded?: boolean;
  /** Whether it has more values a day than a report has room for. */
  crowded?: boolean;
  of(fact: Fact): string;
}

export const KEY_EVENTS: readonly string[] = ['purchase', 'generate_lead'];

/** Every dimension the property has. Many say who somebody is; nobody must ask for those. */
export const DIMENSIONS: readonly DimensionField[] = [
  field('date', 'Date', 'Time', ({ day }) => day.replaceAll('-', '')),
  field('year', 'Year', 'Time', ({ day }) => day.slice(0, 4)),
  field('yearMonth', 'Year month', 'Time', ({ day }) => day.slice(0, 7).replace('-', '')),
  field('dayOfWeek', 'Day of week', 'Time', ({ day }) => String(new Date(day).getUTCDay())),
  field(
    'sessionDefaultChannelGroup',
    'Session default channel group',
    'Traffic source',
    (fact) => fact.session.from.channel,
  ),
  field('sessionSource', 'Session source', 'Traffic source', (fact) => fact.session.from.source),
  field('sessionMedium', 'Session medium', 'Traffic source', (fact) => fact.session.from.medium),
  field(
    'sessionCampaignName',
    'Session campaign',
    'Traffic source',
    (fact) => fact.session.from.campaign,
  ),
  field(
    'sessionSourceMedium',
    'Session source / medium',
    'Traffic source',
    ({ session }) => `${session.from.source} / ${session.from.medium}`,
  ),
  field('country', 'Country', 'Geography', (fact) => fact.session.country),
  field('city', 'City', 'Geography', (fact) => fact.session.city),
  field('deviceCategory', 'Device category', 'Platform / device', (fact) => fact.session.device),
  crowded('landingPage', 'Landing page'),
  crowded('landingPagePlusQueryString', 'Landing page + query string'),
  crowded('pageLocation', 'Page location', 'https://acme.example'),
  field('newVsReturning', 'New / returning', 'User', ({ session }) =>
    session.isFirst ? 'new' : 'returning',
  ),
  field('signedInWithUserId', 'Signed in with user ID', 'User', ({ session }) =>
    session.visitor % 5 === 0 ? 'yes' : '',
  ),
  person('userAgeBracket', 'Age', (session) => session.age),
  person('userGender', 'Gender', (session) => session.gender),
  field('searchTerm', 'Search term', 'Page / screen', ({ session }) =>
    session.visitor % 7 === 0 ? canaryPerson(session.visitor).email : '',
  ),
  field('transactionId', 'Transaction ID', 'Ecommerce', ({ session }) =>
    session.events.purchase === undefined
      ? '(not set)'
      : `T-${canaryPerson(session.visitor).last}-${session.startsAt}`,
  ),
  field('itemName', 'Item name', 'Ecommerce', ({ session }) =>
    session.visitor % 2 === 0 ? 'Mug' : 'Poster',
  ),
  field('eventName', 'Event name', 'Event', ({ event }) => event ?? '(not set)'),
  field('isKeyEvent', 'Is key event', 'Event', ({ event }) =>
    String(KEY_EVENTS.includes(event ?? '')),
  ),
];

/** Dimensions that make a row of each kind of event. */
export const EVENT_SCOPED: readonly string[] = ['eventName', 'isKeyEvent'];

function field(
  apiName: string,
  uiName: string,
  category: string,
  of: DimensionField['of'],
): DimensionField {
  return { apiName, uiName, category, of };
}

function crowded(apiName: string, uiName: string, before = ''): DimensionField {
  const of = ({ landing }: Fact) => (landing.startsWith('/') ? `${before}${landing}` : landing);
  return { ...field(apiName, uiName, 'Page / screen', of), crowded: true };
}

function person(apiName: string, uiName: string, of: (session: Session) => string): DimensionField {
  return {
    ...field(apiName, uiName, 'Demographics', ({ session }) => of(session)),
    thresholded: true,
  };
}

export function dimensionOf(name: string): DimensionField | null {
  return DIMENSIONS.find(({ apiName }) => apiName === name) ?? null;
}
