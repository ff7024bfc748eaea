import type { ProviderAnswer, ProviderClient, Query } from '../provider-client.js';
import { CallWithRetries } from './call-with-retries.js';
import type { ProviderClientOptions } from './provider-client-options.js';

/** The kit's client of one integration. See `ProviderClient` for what it does for a connector. */
export function createProviderClient(options: ProviderClientOptions): ProviderClient {
  const call = async (
    method: 'GET' | 'POST',
    path: string,
    query: Query | undefined,
    body: unknown,
  ): Promise<ProviderAnswer> => new CallWithRetries(options, method, path, query, body).run();
  return {
    get: (path, query) => call('GET', path, query, undefined),
    post: (path, body) => call('POST', path, undefined, body),
    params: options.params,
    scopes: options.scopes,
  };
}
