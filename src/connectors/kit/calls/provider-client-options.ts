import type { HttpClient } from '../../../infrastructure/http-client/http-client.js';
import type { Secret } from '../../../kernel/secret.js';
import type { Provider } from '../../providers.js';
import type { AccountBudget } from './account-budget.js';

/** Gives the access token of one integration; `TokenBroker` stands behind it. */
export interface Authorizer {
  access(): Promise<AccessToken>;
  /** After a 401 with this version: refreshes once, unless somebody already did. */
  refused(version: number): Promise<AccessToken>;
}

export interface AccessToken {
  token: Secret;
  version: number;
}

export interface ProviderClientOptions {
  provider: Provider;
  params: Readonly<Record<string, string>>;
  scopes: readonly string[];
  http: HttpClient;
  authorizer: Authorizer;
  /** Of `Budgets.of(provider.id, accountId, facts.limits)`. */
  budget: AccountBudget;
  /** Ends waits and calls; its reason is thrown. */
  signal?: AbortSignal;
  /** Longest wait in place after a "slow down"; a longer one is thrown with `waitMs`. */
  patienceMs?: number;
  /** First wait after a fault of the provider, doubled each time, drawn by lot between 0 and it. */
  backoffMs?: number;
}
