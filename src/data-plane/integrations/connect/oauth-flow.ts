import { Injectable } from '@nestjs/common';
import type { OAuthFlow } from '../../../connectors/kit/oauth/connector-strategy.js';
import { Providers } from '../../../connectors/providers.js';
import { DataPlaneSettings } from '../../data-plane.settings.js';
import type { Integration } from '../integrations.repository.js';

/** What passport's strategy of an integration is made of. */
@Injectable()
export class OAuthFlows {
  constructor(
    private readonly providers: Providers,
    private readonly settings: DataPlaneSettings,
  ) {}

  /** @throws ProviderUnknownError | ProviderNotConfiguredError */
  of(integration: Pick<Integration, 'provider' | 'params'>, state: string): OAuthFlow {
    const provider = this.providers.get(integration.provider);
    const { auth } = provider.connector.facts;
    if (auth.kind !== 'oauth2') throw new Error(`${provider.id} is connected without a browser.`);
    return {
      provider,
      facts: auth,
      app: this.providers.app(provider.id),
      params: integration.params,
      redirectUri: `${this.settings.publicUrl()}/oauth/callback/${provider.id}`,
      state,
    };
  }
}
