import { Secret } from '../../kernel/secret.js';
import type { Connector, RevokeCall, RevokeInput } from '../kit/connector.js';
import type { ProviderAnswer, Verdict } from '../kit/provider-client.js';
import { optionalText } from '../kit/read/optional-text.js';
import { property } from '../kit/read/property.js';
import { readAccount, stripeIdOf } from './account.js';
import { facts } from './facts.js';
import { metrics } from './metrics.js';
import { balance } from './streams/balance.js';
import { balanceTransactions } from './streams/balance-transactions.js';
import { charges } from './streams/charges.js';
import { disputes } from './streams/disputes.js';
import { overdueInvoices, paidInvoices } from './streams/invoices.js';
import { payouts } from './streams/payouts.js';
import { refunds } from './streams/refunds.js';
import { subscriptions } from './streams/subscriptions.js';
import { webhooks } from './webhooks.js';

/** Where Stripe documents it for Stripe Apps (UNVERIFIED), and where it does for Connect. */
const DEAUTHORIZE_URLS = [
  'https://api.stripe.com/v1/oauth/deauthorize',
  'https://connect.stripe.com/oauth/deauthorize',
];

export const connector: Connector = {
  facts,
  metrics,
  // Those that a dashboard shows first come first.
  streams: [
    balanceTransactions,
    charges,
    balance,
    refunds,
    subscriptions,
    disputes,
    paidInvoices,
    overdueInvoices,
    payouts,
  ],
  tokens: { keep: ['stripe_user_id', 'livemode'] },
  accounts: async (client, grant) => [await readAccount(client, grant['livemode'] === 'true')],
  refreshAccount: (client, account) => readAccount(client, !account.test),
  judge,
  webhooks,
  revoke,
};

/** What an answer means where its status alone does not say. */
function judge(answer: ProviderAnswer): Verdict | null {
  const code = codeOf(answer.body);
  if (answer.status === 403 && code === 'account_invalid') return { kind: 'revoked' };
  if (answer.status === 400 && code === 'rate_limit') return { kind: 'slow-down', waitMs: 1_000 };
  return null;
}

function codeOf(body: unknown): string | null {
  const error = property(body, 'error');
  return typeof error === 'object' && error !== null ? optionalText(error, 'code') : null;
}

function revoke({ account, clientId, clientSecret }: RevokeInput): readonly RevokeCall[] {
  const proof = Buffer.from(`${clientSecret.reveal()}:`, 'utf8').toString('base64');
  return DEAUTHORIZE_URLS.map((url) => ({
    method: 'POST',
    url,
    headers: { Authorization: new Secret(`Basic ${proof}`) },
    body: { form: { client_id: clientId, stripe_user_id: stripeIdOf(account) } },
    isDone: (status, body) =>
      status === 200 || (status < 500 && property(body, 'error') === 'invalid_client'),
  }));
}
