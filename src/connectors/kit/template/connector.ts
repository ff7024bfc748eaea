import type { Account } from '../account.js';
import type { Connector } from '../connector.js';
import type { ProviderClient } from '../provider-client.js';
import { text } from '../read/text.js';
import { facts } from './facts.js';
import { metrics } from './metrics.js';
import { things } from './streams/things.js';

export const connector: Connector = {
  facts,
  metrics,
  streams: [things],
  tokens: { keep: [] },
  accounts: async (client) => [await readAccount(client)],
  refreshAccount: (client) => readAccount(client),
  // TODO: webhooks, where the provider sends any; here and in facts.
  webhooks: null,
  // TODO: how access is ended at the provider.
  revoke: () => [],
};

/**
 * TODO: the account's id, zone and currency, from one reading call. Where one consent opens several,
 * `accounts` gives all of them and `refreshAccount` the one whose id it is handed.
 */
async function readAccount(client: ProviderClient): Promise<Account> {
  const { body } = await client.get('/account');
  return {
    id: text(body, 'id'),
    name: text(body, 'name'),
    timeZone: text(body, 'time_zone'),
    // Upper case, or nobody can connect.
    currency: text(body, 'currency').toUpperCase(),
    test: false,
    details: {},
  };
}
