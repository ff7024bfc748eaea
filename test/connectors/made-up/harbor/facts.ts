import type { ProviderFacts } from '../../../../src/connectors/kit/facts.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Harbor is made up, and so is its documentation: `test/connectors/made-up/harbor-server.ts`. */
export const facts: ProviderFacts = {
  name: 'Harbor',
  hosts: ['api.harbor.example', 'id.harbor.example'],
  auth: {
    kind: 'oauth2',
    authorizeUrl: 'https://id.harbor.example/oauth/authorize',
    tokenUrl: 'https://id.harbor.example/oauth/token',
    authorizeParams: {},
    scopeSeparator: ' ',
    sendsScope: true,
    optionalScopeParam: 'may_also',
    pkce: 'S256',
    clientAuth: 'basic',
    tokenBody: 'form',
    exchangeParams: {},
    standardExchange: true,
    accessTokenMs: 15 * MINUTE_MS,
    refresh: { rotates: true, replayMs: MINUTE_MS / 2, lifetimeMs: 60 * DAY_MS },
  },
  api: {
    baseUrl: 'https://api.harbor.example/v2',
    headers: { 'Harbor-Version': '2026-02' },
    tokenHeader: { name: 'Authorization', prefix: 'Bearer ' },
    readingPosts: [],
  },
  params: [],
  scopes: { read: ['depots:read', 'parcels:read'], optionalRead: ['claims:read'], write: [] },
  // Two thirds of the 300 calls in ten seconds that Harbor lets a grant make.
  limits: { account: { perSecond: 20, burst: 10 }, paths: [], concurrent: 2 },
  reads: ['Parcels and their fees', 'Deliveries by carrier and destination', 'Claims and payouts'],
  neverReads: ['Who sends and receives a parcel', 'What is in it'],
  forbiddenFields: ['receiver', 'contents'],
  webhooks: { toleranceMs: 5 * MINUTE_MS, signedWith: 'webhook-secret' },
  revocationEnds: 'token',
};
