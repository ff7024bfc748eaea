import type { Secret } from '../../kernel/secret.js';

/** What a call to a provider is made with. */
export interface Access {
  token: Secret;
  /** Which pair it belongs to; hand it to `TokenBroker.refused` when the provider does not take it. */
  version: number;
  /** Granted; empty where the provider does not say. */
  scopes: readonly string[];
  /** What the token answer said beside the tokens. */
  grant: Readonly<Record<string, string>>;
}
