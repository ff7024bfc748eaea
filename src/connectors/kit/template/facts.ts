import type { ProviderFacts } from '../facts.js';

/** TODO: go through every line; README.md names where each fact is documented, and what nobody confirmed. */
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
    // TODO: does a refresh give a new refresh token, and how long is the one before it still good?
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
  // TODO: a part of what the provider allows.
  limits: { account: { perSecond: 1, burst: 1 }, paths: [], concurrent: 1 },
  reads: [],
  neverReads: [],
  forbiddenFields: [],
  webhooks: null,
  // TODO: whose access ends when ours is ended: these tokens', the account's, or the login's?
  revocationEnds: 'token',
};
