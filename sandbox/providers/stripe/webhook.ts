import { createHmac } from 'node:crypto';
import type { AppSettings } from '../../core/app-settings.js';
import type { SignedDelivery, WebhookOrder } from '../../core/provider-module.js';
import type { PaymentsAccount } from '../../business/payments/accounts.js';
import { newEventId } from './desk.js';
import { STRIPE_VERSION } from './version.js';

/** A delivery to a Connect endpoint: the account stands beside the object. */
export function stripeDelivery(
  account: PaymentsAccount,
  app: AppSettings,
  order: WebhookOrder,
  now: { businessMs: number; realMs: number },
): SignedDelivery {
  const created = Math.floor(now.realMs / 1_000);
  const isOfApp = order.topic.startsWith('account.application.');
  const object = isOfApp
    ? { id: app.clientId, object: 'application', name: 'NuMoon' }
    : { object: order.topic.split('.')[0] };
  const body = JSON.stringify({
    id: order.eventId ?? newEventId(account, Math.floor(Math.random() * 1e9)),
    object: 'event',
    account: account.id,
    api_version: STRIPE_VERSION,
    created,
    data: { object: order.payload ?? object },
    livemode: account.live,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: order.topic,
  });
  const headers: Record<string, string> = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
  };
  if (order.signature === 'none') return { headers, body };
  const secret =
    order.signature === 'wrong' ? 'whsec_of_somebody_else' : (app.webhookSecrets[0] ?? '');
  const at = order.signature === 'stale' ? created - 3_600 : created;
  const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  headers['stripe-signature'] = `t=${at},v1=${signature},v0=${signature.replace(/./g, '0')}`;
  return { headers, body };
}
