import type { Connector, RevokeCall, RevokeInput } from '../kit/connector.js';
import type { ProviderAnswer, Verdict } from '../kit/provider-client.js';
import { optionalList } from '../kit/read/optional-list.js';
import { property } from '../kit/read/property.js';
import { readProperties, readPropertyAgain } from './account.js';
import { facts } from './facts.js';
import { metrics } from './metrics.js';
import { quotaNews, slowDown } from './quota.js';
import { readUser, userName, webhooks } from './security-events.js';
import { traffic } from './streams/traffic.js';
import { userMonths, userWindows } from './streams/user-windows.js';
import { users } from './streams/users.js';

export const connector: Connector = {
  facts,
  metrics,
  streams: [traffic, users, userMonths, userWindows],
  tokens: { keep: [], more: readUser },
  accounts: (client) => readProperties(client),
  refreshAccount: (client, account) => readPropertyAgain(client, account.id),
  judge: (answer) => slowDown(answer) ?? refusal(answer),
  budget: (answer) => quotaNews(answer),
  webhooks,
  knownAs: (_account, { sub }) => (sub === undefined ? [] : [userName(sub)]),
  revoke,
};

/** A scope that is missing needs a new consent; a role that was taken away is no disconnect: history stays. */
function refusal({ status, body }: ProviderAnswer): Verdict | null {
  if (status !== 403) return null;
  const error = property(body, 'error');
  const details = typeof error === 'object' && error !== null ? optionalList(error, 'details') : [];
  const lacksScope = (details ?? []).some(
    (detail) => property(detail, 'reason') === 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
  );
  return lacksScope
    ? { kind: 'forbidden', what: 'the consent left out reading' }
    : { kind: 'paused', what: 'the role on the property was taken away' };
}

/** Ends all that this user granted to our project at Google: hence a project of its own for this connector. */
function revoke({ refreshToken, accessToken }: RevokeInput): readonly RevokeCall[] {
  return [
    {
      method: 'POST',
      url: 'https://oauth2.googleapis.com/revoke',
      headers: {},
      body: { form: { token: refreshToken ?? accessToken } },
      // 400: it was gone already.
      isDone: (status) => status === 200 || status === 400,
    },
  ];
}
