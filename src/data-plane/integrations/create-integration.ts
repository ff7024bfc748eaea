import { Injectable } from '@nestjs/common';
import type { KeyFacts } from '../../connectors/kit/facts.js';
import { type Provider, Providers } from '../../connectors/providers.js';
import { newId } from '../../kernel/ids.js';
import type { Queryable } from '../../tenancy/tenant-database.js';
import { AuditLog } from '../audit/audit-log.js';
import { KeyedTransaction } from '../keyed-transaction.js';
import { checkParams, refuseField } from './connect/check-input.js';
import { CheckKey } from './connect/check-key.js';
import { ConnectionDoor } from './connect/connection-door.js';
import { FinishConnection } from './connect/finish-connection.js';
import { ForgetAbandoned } from './connect/forget-abandoned.js';
import { OfferLink } from './connect/offer-link.js';
import type { BegunIntegration, CreateIntegrationBody } from './integration-bodies.dto.js';
import { IntegrationsRepository } from './integrations.repository.js';

interface New {
  id: string;
  provider: Provider;
  params: Readonly<Record<string, string>>;
}

/** Begins an integration: gives out a link for a browser, or takes a key at once. */
@Injectable()
export class CreateIntegration {
  constructor(
    private readonly providers: Providers,
    private readonly transaction: KeyedTransaction,
    private readonly integrations: IntegrationsRepository,
    private readonly door: ConnectionDoor,
    private readonly offer: OfferLink,
    private readonly checkKey: CheckKey,
    private readonly finish: FinishConnection,
    private readonly abandoned: ForgetAbandoned,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @throws ProviderUnknownError | ProviderNotConfiguredError | ConnectionInputError | IntegrationLimitError
   *   | ConnectionAttemptLimitError | CredentialsRefusedError | ConnectRefusedError
   */
  async execute(body: CreateIntegrationBody): Promise<BegunIntegration> {
    const provider = this.providers.get(body.provider);
    const { facts } = provider.connector;
    const fresh = {
      id: newId('int'),
      provider,
      params: checkParams(facts, body.params ?? {}),
    };
    await this.abandoned.execute();
    if (facts.auth.kind === 'key') return this.#withKey(fresh, facts.auth, body.credentials ?? {});
    refuseField('credentials', body.credentials, 'must be left out: a browser connects this one');
    return this.#withLink(fresh);
  }

  async #withLink(fresh: New): Promise<BegunIntegration> {
    // Before there is a link that could lead nowhere.
    this.providers.app(fresh.provider.id);
    const authorizeUrl = await this.transaction.run(async (tx) => {
      await this.#add(tx, fresh);
      return this.offer.issue(tx, fresh.id);
    });
    return { id: fresh.id, authorizeUrl };
  }

  async #withKey(
    fresh: New,
    auth: KeyFacts,
    credentials: Readonly<Record<string, string>>,
  ): Promise<BegunIntegration> {
    const { id, provider, params } = fresh;
    const checked = await this.checkKey.execute(provider, auth, params, credentials, {
      id,
      account: null,
    });
    await this.finish.execute({ integrationId: id, provider, ...checked }, (tx) =>
      this.#add(tx, fresh),
    );
    return { id };
  }

  async #add(tx: Queryable, { id, provider, params }: New): Promise<void> {
    await this.door.enter(tx);
    await this.door.requireRoom(tx);
    await this.integrations.add(tx, { id, provider: provider.id, params });
    const details = { provider: provider.id };
    await this.audit.append({ action: 'integration.created', targetId: id, details }, tx);
  }
}
