import type { ProviderFacts } from '../facts.js';

/** TODO: where each fact is documented is named in README.md; what nobody confirmed is listed there. */
export const facts: ProviderFacts = {
  name: 'TODO',
  hosts: ['api.example.com'],
  auth: {
    kind: 'oauth2',
    authorizeUrl: 'https://api.example.com/oauth/authorize',
    tokenUrl: 'https://api.example.com/oauth/token',
    authorizeParams: {},
    scopeSeparator: ' ',
    sendsScope: true,
    pkce: 'S256',
    clientAuth: 'body',
    tokenBody: 'form',
    exchangeParams: {},
    standardExchange: true,
    accessTokenMs: 3_600_000,
    refresh: { rotates: true, replayMs: 0, lifetimeMs: null },
  },
  api: {
    baseUrl: 'https://api.example.com',
    headers: {},
    tokenHeader: { name: 'Authorization', prefix: 'Bearer ' },
    readingPosts: [],
  },
  params: [],
  scopes: { read: [], optionalRead: [], write: [] },
  limits: { account: { perSecond: 1, burst: 1 }, paths: [], concurrent: 1 },
  reads: [],
  neverReads: [],
  forbiddenFields: [],
  webhooks: null,
};
