import { Injectable } from '@nestjs/common';
import type { KeyFacts } from '../../connectors/kit/facts.js';
import { Providers } from '../../connectors/providers.js';
import { KeyedTransaction } from '../keyed-transaction.js';
import { refuseField } from './connect/check-input.js';
import { CheckKey } from './connect/check-key.js';
import { ConnectionDoor } from './connect/connection-door.js';
import { FinishConnection } from './connect/finish-connection.js';
import { ForgetAbandoned } from './connect/forget-abandoned.js';
import { OfferLink } from './connect/offer-link.js';
import type { BegunIntegration, ReconnectBody } from './integration-bodies.dto.js';
import { IntegrationDisconnectedError, IntegrationNotFoundError } from './integrations.errors.js';
import { type Integration, IntegrationsRepository } from './integrations.repository.js';

/**
 * A new consent, or a new key, for an integration that is there: access was taken back, a permission is
 * missing, a link ran out. It must end at the account that it had.
 */
@Injectable()
export class ReconnectIntegration {
  constructor(
    private readonly providers: Providers,
    private readonly transaction: KeyedTransaction,
    private readonly integrations: IntegrationsRepository,
    private readonly door: ConnectionDoor,
    private readonly offer: OfferLink,
    private readonly checkKey: CheckKey,
    private readonly finish: FinishConnection,
    private readonly abandoned: ForgetAbandoned,
  ) {}

  /**
   * @throws IntegrationNotFoundError | IntegrationDisconnectedError | ProviderNotConfiguredError
   *   | ConnectionInputError | ConnectionAttemptLimitError | CredentialsRefusedError | ConnectRefusedError
   */
  async execute(id: string, body: ReconnectBody): Promise<BegunIntegration> {
    const integration = await this.integrations.find(id);
    if (integration === null) throw new IntegrationNotFoundError();
    if (integration.status === 'disconnected') throw new IntegrationDisconnectedError();
    await this.abandoned.execute();
    const { auth } = this.providers.get(integration.provider).connector.facts;
    if (auth.kind === 'key') return this.#withKey(integration, auth, body.credentials ?? {});
    refuseField('credentials', body.credentials, 'must be left out: a browser connects this one');
    this.providers.app(integration.provider);
    const authorizeUrl = await this.transaction.run(async (tx) => {
      await this.door.enter(tx);
      return this.offer.issue(tx, id);
    });
    return { id, authorizeUrl };
  }

  async #withKey(
    integration: Integration,
    auth: KeyFacts,
    credentials: Readonly<Record<string, string>>,
  ): Promise<BegunIntegration> {
    const { id, params } = integration;
    const provider = this.providers.get(integration.provider);
    const checked = await this.checkKey.execute(provider, auth, params, credentials, integration);
    await this.finish.execute({ integrationId: id, provider, ...checked }, (tx) =>
      this.door.enter(tx),
    );
    return { id };
  }
}
