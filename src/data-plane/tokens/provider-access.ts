import { Injectable } from '@nestjs/common';
import { Budgets } from '../../connectors/kit/calls/budgets.js';
import { createProviderClient } from '../../connectors/kit/calls/create-provider-client.js';
import type { ProviderClient } from '../../connectors/kit/provider-client.js';
import { Providers } from '../../connectors/providers.js';
import { HttpClient } from '../../infrastructure/http-client/http-client.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import type { Integration } from '../integrations/integrations.repository.js';
import { TokenBroker } from './token-broker.js';

/** Makes the client with which a connector reads one integration's account. */
@Injectable()
export class ProviderAccess {
  constructor(
    private readonly providers: Providers,
    private readonly http: HttpClient,
    private readonly broker: TokenBroker,
    private readonly budgets: Budgets,
    private readonly tenancy: Tenancy,
  ) {}

  /**
   * Integrations that read one account share its budget, also those of two tenants.
   *
   * @param signal ends waits and calls; its reason is thrown
   * @throws ProviderUnknownError; what `TokenBroker.access` throws
   */
  async clientFor(
    integration: Pick<Integration, 'id' | 'provider' | 'params' | 'account'>,
    signal?: AbortSignal,
  ): Promise<ProviderClient> {
    const { id, params, account } = integration;
    const { tenant } = this.tenancy.current();
    const provider = this.providers.get(integration.provider);
    const { scopes } = await this.broker.access(id);
    return createProviderClient({
      provider,
      params,
      scopes,
      http: this.http,
      authorizer: {
        access: () => this.broker.access(id),
        refused: (version) => this.broker.refused(id, version),
      },
      budget: this.budgets.of(
        provider.id,
        account?.id ?? `${tenant.id}/${id}`,
        provider.connector.facts.limits,
      ),
      ...(signal === undefined ? {} : { signal }),
    });
  }
}
