import { Secret } from '../../kernel/secret.js';
import type { Connector, RevokeCall, RevokeInput } from '../kit/connector.js';
import { property } from '../kit/read/property.js';
import { readShop } from './account.js';
import { checkCallback } from './callback.js';
import { facts } from './facts.js';
import { budgetOf, judgeGraphql } from './graphql.js';
import { metrics } from './metrics.js';
import { disputes } from './streams/disputes.js';
import { orders } from './streams/orders.js';
import { unfulfilled } from './streams/unfulfilled.js';
import { webhooks } from './webhooks.js';

export const connector: Connector = {
  facts,
  metrics,
  streams: [orders, unfulfilled, disputes],
  tokens: {
    keep: [],
    // Seen in public code; with `invalid_grant` beside it.
    refreshFailure: (_status, body) =>
      String(property(body, 'error_description')).includes('requires an active refresh_token')
        ? 'final'
        : null,
  },
  accounts: async (client) => [await readShop(client)],
  refreshAccount: (client) => readShop(client),
  checkCallback,
  judge: judgeGraphql,
  budget: budgetOf,
  webhooks,
  revoke,
};

/** Uninstalls the app: webhooks and every token of the shop end, whoever holds them. */
function revoke({ params, accessToken }: RevokeInput): readonly RevokeCall[] {
  return [
    {
      method: 'DELETE',
      url: `https://${params['shop'] ?? ''}/admin/api_permissions/current.json`,
      headers: { 'X-Shopify-Access-Token': new Secret(accessToken.reveal()) },
      body: null,
      isDone: (status) => status === 200 || status === 401,
    },
  ];
}
