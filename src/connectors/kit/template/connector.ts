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
  webhooks: null,
  // TODO: how access is ended at the provider.
  revoke: () => [],
};

/** TODO: the account's id, zone and currency, from one reading call. */
async function readAccount(client: ProviderClient): Promise<Account> {
  const { body } = await client.get('/account');
  return {
    id: text(body, 'id'),
    name: text(body, 'name'),
    timeZone: text(body, 'time_zone'),
    currency: text(body, 'currency'),
    test: false,
    details: {},
  };
}
