import { Budgets } from '../../../src/connectors/kit/calls/budgets.js';
import { createProviderClient } from '../../../src/connectors/kit/calls/create-provider-client.js';
import type {
  Authorizer,
  ProviderClientOptions,
} from '../../../src/connectors/kit/calls/provider-client-options.js';
import type { ProviderClient } from '../../../src/connectors/kit/provider-client.js';
import type { Provider } from '../../../src/connectors/providers.js';
import { HttpClient } from '../../../src/infrastructure/http-client/http-client.js';
import { Secret } from '../../../src/kernel/secret.js';

/** Gives `token-1`; after a refusal `token-2`, and so on. */
export class CountingAuthorizer implements Authorizer {
  version = 1;
  refusals = 0;

  access(): ReturnType<Authorizer['access']> {
    return Promise.resolve({ token: new Secret(`token-${this.version}`), version: this.version });
  }

  refused(version: number): ReturnType<Authorizer['access']> {
    this.refusals += 1;
    if (version === this.version) this.version += 1;
    return this.access();
  }
}

export function clientFor(
  provider: Provider,
  change: Partial<ProviderClientOptions> = {},
): ProviderClient {
  return createProviderClient({
    provider,
    params: {},
    scopes: [],
    http: change.http ?? new HttpClient(),
    authorizer: new CountingAuthorizer(),
    budget: new Budgets().of(provider.id, 'acct', provider.connector.facts.limits),
    backoffMs: 1,
    ...change,
  });
}
