import { Secret } from '../../kernel/secret.js';
import type { Connector, RevokeCall, RevokeInput } from '../kit/connector.js';
import type { BudgetNews, ProviderAnswer, Verdict } from '../kit/provider-client.js';
import { optionalText } from '../kit/read/optional-text.js';
import { property } from '../kit/read/property.js';
import { readAccount } from './account.js';
import { facts, HUBSPOT_VERSION } from './facts.js';
import { metrics } from './metrics.js';
import { contactsNow } from './streams/contacts-now.js';
import { deals } from './streams/deals.js';
import { newContacts } from './streams/new-contacts.js';
import { stageConversion } from './streams/stage-conversion.js';
import { webhooks } from './webhooks.js';

const HOUR_MS = 3_600_000;

/** How long to be still for each limit; HubSpot sends no Retry-After. */
const WAITS_MS: Readonly<Record<string, number>> = {
  SECONDLY: 1_000,
  TEN_SECONDLY_ROLLING: 10_000,
  // It ends at the account's midnight; until then an attempt an hour.
  DAILY: HOUR_MS,
};

export const connector: Connector = {
  facts,
  metrics,
  streams: [deals, contactsNow, newContacts, stageConversion],
  tokens: {
    keep: ['hub_id'],
    names: { scope: 'scopes' },
    refreshFailure: (_status, body) =>
      property(body, 'status') === 'BAD_REFRESH_TOKEN' ? 'final' : null,
  },
  accounts: async (client) => [await readAccount(client)],
  refreshAccount: (client) => readAccount(client),
  judge,
  budget,
  webhooks,
  revoke,
};

function judge({ status, body }: ProviderAnswer): Verdict | null {
  if (status === 429) {
    const policy = isObject(body) ? optionalText(body, 'policyName') : null;
    return { kind: 'slow-down', waitMs: WAITS_MS[policy ?? ''] ?? 10_000 };
  }
  // Scopes are missing: the app was changed, or the hub's plan was. Nobody took access back.
  if (status === 403) return { kind: 'forbidden', what: 'a permission is missing' };
  return null;
}

/** Not sent with the answers of searches. */
function budget({ headers }: ProviderAnswer): BudgetNews | null {
  const remaining = Number(headers['x-hubspot-ratelimit-remaining'] ?? Number.NaN);
  const resetMs = Number(headers['x-hubspot-ratelimit-interval-milliseconds'] ?? Number.NaN);
  return Number.isFinite(remaining) && Number.isFinite(resetMs) ? { remaining, resetMs } : null;
}

/** The uninstall ends everything; the token's own revocation alone would leave the app in place. */
function revoke(input: RevokeInput): readonly RevokeCall[] {
  const uninstall: RevokeCall = {
    method: 'DELETE',
    url: `https://api.hubapi.com/appinstalls/${HUBSPOT_VERSION}/external-install`,
    headers: { Authorization: new Secret(`Bearer ${input.accessToken.reveal()}`) },
    body: null,
    isDone: (status) => status === 204 || status === 401,
  };
  if (input.refreshToken === null) return [uninstall];
  const revokeToken: RevokeCall = {
    method: 'POST',
    url: `https://api.hubapi.com/oauth/${HUBSPOT_VERSION}/token/revoke`,
    headers: {},
    body: {
      form: {
        token: input.refreshToken,
        token_type_hint: 'refresh_token',
        client_id: input.clientId,
        client_secret: input.clientSecret,
      },
    },
    // An unknown token is one that is gone.
    isDone: (status) => status < 500 && status !== 429,
  };
  return [uninstall, revokeToken];
}

function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null;
}
