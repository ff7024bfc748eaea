import type {
  Connector,
  RevokeCall,
  RevokeInput,
} from '../../../../src/connectors/kit/connector.js';
import { Secret } from '../../../../src/kernel/secret.js';
import { namesInWebhooks, readDepot, readDepots } from './account.js';
import { budget, judge } from './answers.js';
import { facts } from './facts.js';
import { metrics } from './metrics.js';
import { claims } from './streams/claims.js';
import { deliveries } from './streams/deliveries.js';
import { parcels } from './streams/parcels.js';
import { shelf } from './streams/shelf.js';
import { webhooks } from './webhooks.js';

export const connector: Connector = {
  facts,
  metrics,
  streams: [parcels, shelf, deliveries, claims],
  tokens: { keep: ['fleet'] },
  accounts: (client) => readDepots(client),
  refreshAccount: (client, account) => readDepot(client, account.id),
  judge,
  budget,
  webhooks,
  knownAs: namesInWebhooks,
  revoke,
};

/** The refresh token's end is the end of the access tokens that came of it. */
function revoke(input: RevokeInput): readonly RevokeCall[] {
  const { refreshToken, accessToken, clientId, clientSecret } = input;
  const pair = Buffer.from(`${clientId}:${clientSecret.reveal()}`).toString('base64');
  return [
    {
      method: 'POST',
      url: 'https://id.harbor.example/oauth/revoke',
      headers: { authorization: new Secret(`Basic ${pair}`) },
      body: { form: { token: refreshToken ?? accessToken } },
      isDone: (status) => status === 204,
    },
  ];
}
