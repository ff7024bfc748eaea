import type { BenchTenant } from './backstage.js';
import { getRequest } from './connection.js';

/** The same request of each tenant, with the key for the product and the header for peers. */
export function requestsOf(tenants: readonly BenchTenant[], path: string): Buffer[] {
  return tenants.map(({ id, apiKey }) =>
    getRequest(path, { authorization: `Bearer ${apiKey}`, 'x-tenant': id }),
  );
}
