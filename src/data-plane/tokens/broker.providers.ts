import { TokenDestroyer } from '../integrations/token-destroyer.js';
import { BrokerSettings } from './broker-settings.js';
import { EndGrant } from './end-grant.js';
import { GrantsRepository } from './grants.repository.js';
import { ObtainAccess } from './obtain-access.js';
import { ProbeConnections } from './probe-connections.js';
import { ProviderAccess } from './provider-access.js';
import { RefreshGrant } from './refresh-grant.js';
import { TidyPairs } from './tidy-pairs.js';
import { TokenBroker } from './token-broker.js';
import { TokenCache } from './token-cache.js';
import { TokenEndpoint } from './token-endpoint.js';
import { TokenStore } from './token-store.js';

/** What the token broker consists of. */
export const BROKER = [
  { provide: BrokerSettings, useFactory: () => new BrokerSettings() },
  GrantsRepository,
  TokenStore,
  TokenCache,
  TokenEndpoint,
  EndGrant,
  RefreshGrant,
  ObtainAccess,
  TidyPairs,
  TokenBroker,
  { provide: TokenDestroyer, useExisting: TokenBroker },
  ProviderAccess,
  ProbeConnections,
];
