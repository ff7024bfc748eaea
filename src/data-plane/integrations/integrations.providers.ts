import { MetricStore } from '../metrics/store/metric-store.js';
import { FinishEnding } from '../sync/finish-ending.js';
import { AfterRevocation } from './after-revocation.js';
import { CheckKey } from './connect/check-key.js';
import { BrowserBindings } from './connect/browser-bindings.js';
import { ChooseAccount } from './connect/choose-account.js';
import { CompleteCallback } from './connect/complete-callback.js';
import { ConnectionDoor } from './connect/connection-door.js';
import { EndAttempt } from './connect/end-attempt.js';
import { FinishConnection } from './connect/finish-connection.js';
import { ForgetAbandoned } from './connect/forget-abandoned.js';
import { GrantedAccounts } from './connect/granted-accounts.js';
import { OAuthFlows } from './connect/oauth-flow.js';
import { OfferLink } from './connect/offer-link.js';
import { OpenLink } from './connect/open-link.js';
import { PendingTokens } from './connect/pending-tokens.js';
import { ReceiveCallback } from './connect/receive-callback.js';
import { SettleFailure } from './connect/settle-failure.js';
import { ConnectionAttemptsRepository } from './connection-attempts.repository.js';
import { CreateIntegration } from './create-integration.js';
import { DisconnectIntegration } from './disconnect/disconnect-integration.js';
import { EndingsRepository } from './disconnect/endings.repository.js';
import { FinishDisconnection } from './disconnect/finish-disconnection.js';
import { HeldTokens } from './disconnect/held-tokens.js';
import { OtherConnections } from './disconnect/other-connections.js';
import { RevokeAtProvider } from './disconnect/revoke-at-provider.js';
import { IntegrationData } from './integration-data.js';
import { IntegrationsController } from './integrations.controller.js';
import { IntegrationsRepository } from './integrations.repository.js';
import { ListIntegrations } from './list-integrations.js';
import { MarkRevoked } from './mark-revoked.js';
import { ProvidersController } from './providers/providers.controller.js';
import { ReadIntegration } from './read-integration.js';
import { ReconnectIntegration } from './reconnect-integration.js';

/** What the pages of a connection call. */
export const CONNECT_PAGES = [OpenLink, CompleteCallback, ChooseAccount];

export const INTEGRATIONS = [
  IntegrationsRepository,
  ConnectionAttemptsRepository,
  ...CONNECT_PAGES,
  CheckKey,
  ConnectionDoor,
  EndAttempt,
  FinishConnection,
  ForgetAbandoned,
  GrantedAccounts,
  OAuthFlows,
  BrowserBindings,
  OfferLink,
  PendingTokens,
  ReceiveCallback,
  SettleFailure,
  CreateIntegration,
  ReconnectIntegration,
  ListIntegrations,
  ReadIntegration,
  DisconnectIntegration,
  EndingsRepository,
  FinishDisconnection,
  { provide: FinishEnding, useExisting: FinishDisconnection },
  HeldTokens,
  OtherConnections,
  RevokeAtProvider,
  MarkRevoked,
  AfterRevocation,
  { provide: IntegrationData, useExisting: MetricStore },
];

export const INTEGRATION_CONTROLLERS = [ProvidersController, IntegrationsController];
