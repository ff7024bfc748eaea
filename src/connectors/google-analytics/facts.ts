import type { ProviderFacts } from '../kit/facts.js';

const DAY_MS = 86_400_000;

export const DATA_API = 'https://analyticsdata.googleapis.com';
export const ADMIN_API = 'https://analyticsadmin.googleapis.com';

/** Where Google publishes the keys that sign its security events. */
export const SECURITY_EVENT_KEYS = 'https://www.googleapis.com/oauth2/v3/certs';

/** Sources and what is UNVERIFIED: README.md of this folder. */
export const facts: ProviderFacts = {
  name: 'Google Analytics',
  hosts: [
    'accounts.google.com',
    'oauth2.googleapis.com',
    'www.googleapis.com',
    'analyticsdata.googleapis.com',
    'analyticsadmin.googleapis.com',
  ],
  auth: {
    kind: 'oauth2',
    authorizeUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenUrl: 'https://oauth2.googleapis.com/token',
    authorizeParams: {
      // Without these two there is no refresh token, at least not for who consented before.
      access_type: 'offline',
      prompt: 'consent',
      // Else this token would also hold what another of our connectors was granted.
      include_granted_scopes: 'false',
    },
    scopeSeparator: ' ',
    sendsScope: true,
    // Beside the secret; for web clients UNVERIFIED, and nothing rests on it.
    pkce: 'S256',
    clientAuth: 'body',
    tokenBody: 'form',
    exchangeParams: {},
    standardExchange: true,
    accessTokenMs: 3_600_000,
    refresh: { rotates: false, replayMs: Number.MAX_SAFE_INTEGER, lifetimeMs: 180 * DAY_MS },
  },
  api: {
    baseUrl: DATA_API,
    headers: {},
    tokenHeader: { name: 'Authorization', prefix: 'Bearer ' },
    readingPosts: [
      '/v1beta/properties/{property}:runReport',
      '/v1beta/properties/{property}:batchRunReports',
    ],
  },
  params: [],
  scopes: {
    read: ['https://www.googleapis.com/auth/analytics.readonly', 'openid'],
    optionalRead: [],
    write: ['https://www.googleapis.com/auth/analytics.edit'],
  },
  limits: { account: { perSecond: 5, burst: 10 }, paths: [], concurrent: 4 },
  reads: [
    'Reports by day: sessions, page views, events, revenue and users, by channel, source, country, device, landing page and event',
    'The properties that you may read, their time zones and currencies',
  ],
  neverReads: [
    'Age, gender and interests of visitors, their city and region',
    'Visitor ids, transaction ids and custom dimensions',
    'Full addresses of pages and search terms, which may hold personal data',
  ],
  forbiddenFields: [
    'userAgeBracket',
    'userGender',
    'brandingInterest',
    'city',
    'region',
    'audienceName',
    'signedInWithUserId',
    'transactionId',
    'pageLocation',
    'fullPageUrl',
    'pagePathPlusQueryString',
    'landingPagePlusQueryString',
    'searchTerm',
    'streamName',
    'email',
  ],
  webhooks: { toleranceMs: null, signedWith: 'published-keys' },
  revocationEnds: 'login',
};
