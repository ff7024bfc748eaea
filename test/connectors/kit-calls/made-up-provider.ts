import type { Connector } from '../../../src/connectors/kit/connector.js';
import type { ProviderFacts } from '../../../src/connectors/kit/facts.js';
import type { Provider } from '../../../src/connectors/providers.js';

/** A connector of nothing but facts; what differs is given. */
export function madeUpProvider(
  change: {
    baseUrl?: string | null;
    facts?: Partial<ProviderFacts>;
    connector?: Partial<Connector>;
  } = {},
): Provider {
  const facts: ProviderFacts = {
    name: 'Made-up',
    hosts: ['api.made-up.test', '*.shops.test'],
    auth: {
      kind: 'oauth2',
      authorizeUrl: 'https://api.made-up.test/authorize',
      tokenUrl: 'https://api.made-up.test/token',
      authorizeParams: {},
      scopeSeparator: ' ',
      sendsScope: true,
      pkce: 'S256',
      clientAuth: 'body',
      tokenBody: 'form',
      exchangeParams: {},
      standardExchange: true,
      accessTokenMs: 3_600_000,
      refresh: { rotates: false, replayMs: 0, lifetimeMs: null },
    },
    api: {
      baseUrl: 'https://api.made-up.test/v1',
      headers: { 'made-up-version': '2026-01' },
      tokenHeader: { name: 'authorization', prefix: 'Bearer ' },
      readingPosts: ['/reports/{report}:run', '/graphql.json'],
    },
    params: [],
    scopes: { read: ['read'], optionalRead: [], write: [] },
    limits: { account: { perSecond: 1_000, burst: 1_000 }, paths: [], concurrent: 50 },
    reads: [],
    neverReads: [],
    forbiddenFields: [],
    webhooks: null,
    revocationEnds: 'nothing',
    ...change.facts,
  };
  return {
    id: 'made-up',
    connector: {
      facts,
      metrics: [],
      streams: [],
      tokens: { keep: [] },
      accounts: () => Promise.resolve([]),
      refreshAccount: (_client, account) => Promise.resolve(account),
      webhooks: null,
      revoke: () => [],
      ...change.connector,
    },
    setup: {
      baseUrl: change.baseUrl ?? null,
      clientId: null,
      clientSecret: null,
      webhookSecrets: [],
    },
  };
}
