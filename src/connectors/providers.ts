import type { Secret } from '../kernel/secret.js';
import { ProviderNotConfiguredError, ProviderUnknownError } from './providers.errors.js';
import type { Connector } from './kit/connector.js';

/** What an operator says of a provider; `config/providers.ts` reads it. */
export interface ProviderSetup {
  baseUrl: string | null;
  clientId: string | null;
  clientSecret: Secret | null;
  webhookSecrets: readonly Secret[];
}

/** A connector with this installation's app at the provider. */
export interface Provider {
  id: string;
  connector: Connector;
  setup: ProviderSetup;
}

const NO_SETUP: ProviderSetup = {
  baseUrl: null,
  clientId: null,
  clientSecret: null,
  webhookSecrets: [],
};

/** The providers of this installation. */
export class Providers {
  constructor(
    private readonly connectors: ReadonlyMap<string, Connector>,
    private readonly setups: ReadonlyMap<string, ProviderSetup>,
  ) {}

  all(): readonly Provider[] {
    return [...this.connectors.keys()].sort().map((id) => this.get(id));
  }

  /** @throws ProviderUnknownError */
  get(id: string): Provider {
    const connector = this.connectors.get(id);
    if (connector === undefined) throw new ProviderUnknownError([...this.connectors.keys()].sort());
    return { id, connector, setup: this.setups.get(id) ?? NO_SETUP };
  }

  /** The app that the operator registered. @throws ProviderUnknownError | ProviderNotConfiguredError */
  app(id: string): { clientId: string; clientSecret: Secret } {
    const { clientId, clientSecret } = this.get(id).setup;
    if (clientId === null || clientSecret === null) throw new ProviderNotConfiguredError(id);
    return { clientId, clientSecret };
  }
}

/** Where a URL of the provider leads in this installation: there, or to the stand-in that the operator named. */
export function placeUrl(setup: Pick<ProviderSetup, 'baseUrl'>, url: string): string {
  if (setup.baseUrl === null) return url;
  const { host, pathname, search } = new URL(url);
  return `${setup.baseUrl.replaceAll('{host}', host)}${pathname}${search}`;
}
