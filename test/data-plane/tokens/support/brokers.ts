import { EventEmitter, once } from 'node:events';
import type { ModuleRef } from '@nestjs/core';
import type { Connector } from '../../../../src/connectors/kit/connector.js';
import type { OAuthFacts } from '../../../../src/connectors/kit/facts.js';
import type { Tokens } from '../../../../src/connectors/kit/tokens.js';
import { Providers } from '../../../../src/connectors/providers.js';
import { CatalogSyncSchedule } from '../../../../src/control-plane/catalog/sync-schedule.js';
import { AuditLog } from '../../../../src/data-plane/audit/audit-log.js';
import { AfterRevocation } from '../../../../src/data-plane/integrations/after-revocation.js';
import { IntegrationsRepository } from '../../../../src/data-plane/integrations/integrations.repository.js';
import { MarkRevoked } from '../../../../src/data-plane/integrations/mark-revoked.js';
import { KeyedTransaction } from '../../../../src/data-plane/keyed-transaction.js';
import { BrokerSettings } from '../../../../src/data-plane/tokens/broker-settings.js';
import { EndGrant } from '../../../../src/data-plane/tokens/end-grant.js';
import { GrantsRepository } from '../../../../src/data-plane/tokens/grants.repository.js';
import { ObtainAccess } from '../../../../src/data-plane/tokens/obtain-access.js';
import { RefreshGrant } from '../../../../src/data-plane/tokens/refresh-grant.js';
import { TidyPairs } from '../../../../src/data-plane/tokens/tidy-pairs.js';
import { TokenBroker } from '../../../../src/data-plane/tokens/token-broker.js';
import { TokenCache } from '../../../../src/data-plane/tokens/token-cache.js';
import { TokenEndpoint } from '../../../../src/data-plane/tokens/token-endpoint.js';
import { TokenStore } from '../../../../src/data-plane/tokens/token-store.js';
import { HttpClient } from '../../../../src/infrastructure/http-client/http-client.js';
import { announce } from '../../../../src/infrastructure/postgres/change-feed.js';
import { newId } from '../../../../src/kernel/ids.js';
import { Secret } from '../../../../src/kernel/secret.js';
import { connector as pepper, PEPPER_AUTH } from '../../../connectors/fixtures/pepper/connector.js';
import { type ControlPlane, TEST_ACTOR } from '../../../support/lifecycle-control-plane.js';

export interface BrokerParts {
  broker: TokenBroker;
  grants: GrantsRepository;
  store: TokenStore;
  cache: TokenCache;
  integrations: IntegrationsRepository;
  transaction: KeyedTransaction;
  markRevoked: MarkRevoked;
}

export interface BrokerOptions {
  /** Where the provider is. */
  url: string;
  refresh?: Partial<OAuthFacts['refresh']>;
  tokens?: Connector['tokens'];
  settings?: Partial<BrokerSettings>;
  http: HttpClient;
}

/** A token broker as one process has it, put together as the data plane's module does. */
export function brokerOn(plane: ControlPlane, options: BrokerOptions): BrokerParts {
  const { tenancy, database, keys, secrets, feed, catalog } = plane;
  const providers = providersAt(options);
  const settings = new BrokerSettings({
    callMs: 2_000,
    leaseMs: 5_000,
    waitMs: 10_000,
    pollMs: 20,
    ...options.settings,
  });
  const transaction = new KeyedTransaction(keys, database);
  const integrations = new IntegrationsRepository(database, keys);
  const grants = new GrantsRepository(database);
  const store = new TokenStore(tenancy, secrets);
  const cache = new TokenCache(feed);
  const markRevoked: MarkRevoked = new MarkRevoked(
    transaction,
    integrations,
    new AuditLog(tenancy, database, keys),
    new CatalogSyncSchedule(catalog, tenancy),
    new AfterRevocation(),
    { get: () => broker } as unknown as ModuleRef,
  );
  const refresh = new RefreshGrant(
    grants,
    store,
    new TokenEndpoint(options.http, providers, settings),
    integrations,
    providers,
    new EndGrant(database, integrations, markRevoked),
    settings,
  );
  const obtain = new ObtainAccess(tenancy, grants, store, refresh, cache, settings);
  const broker: TokenBroker = new TokenBroker(
    tenancy,
    grants,
    store,
    obtain,
    cache,
    {
      ended: (tenantId, integrationId) =>
        announce(catalog, { kind: 'grant', tenantId, integrationId }),
    },
    new TidyPairs(grants, store),
  );
  return { broker, grants, store, cache, integrations, transaction, markRevoked };
}

/** This installation with Pepper alone, which is at `url`. */
export function providersAt({
  url,
  refresh,
  tokens,
}: Pick<BrokerOptions, 'url' | 'refresh' | 'tokens'>): Providers {
  const auth = { ...PEPPER_AUTH, refresh: { ...PEPPER_AUTH.refresh, ...refresh } };
  const connector: Connector = {
    ...pepper,
    facts: { ...pepper.facts, auth },
    tokens: tokens ?? pepper.tokens,
  };
  const setup = {
    baseUrl: url,
    clientId: 'pepper-client',
    clientSecret: new Secret('pepper-client-secret'),
    webhookSecrets: [new Secret('pepper-webhook-secret')],
  };
  return new Providers(new Map([['pepper', connector]]), new Map([['pepper', setup]]));
}

/** An active integration of the tenant in context, with this first pair. */
export async function connectPepper(
  parts: BrokerParts,
  pair: { access: string; refresh: string | null },
  overrides: Partial<Tokens> = {},
): Promise<string> {
  const id = newId('int');
  await parts.transaction.run(async (tx) => {
    await parts.integrations.add(tx, { id, provider: 'pepper', params: {} });
    await parts.integrations.connect(tx, { id, provider: 'pepper' }, millOf(id));
    await parts.broker.keep(tx, id, {
      accessToken: new Secret(pair.access),
      refreshToken: pair.refresh === null ? null : new Secret(pair.refresh),
      expiresAt: Date.now() + 3_600_000,
      refreshExpiresAt: null,
      scopes: ['grind.read'],
      grant: { mill_id: 'mill_1' },
      ...overrides,
    });
  });
  return id;
}

function millOf(id: string) {
  return {
    id: `mill_${id}`,
    name: 'Mill',
    timeZone: 'UTC',
    currency: null,
    test: false,
    details: {},
  };
}

export function within<T>(
  plane: ControlPlane,
  tenantId: string,
  work: () => Promise<T>,
): Promise<T> {
  return plane.tenancy.run(tenantId, TEST_ACTOR, work);
}

/** A promise that is settled from outside. */
export function latch(): { opened: Promise<void>; open(): void } {
  const opening = new EventEmitter();
  const opened = once(opening, 'open').then(() => undefined);
  return { opened, open: () => void opening.emit('open') };
}
