import { createHmac, randomUUID } from 'node:crypto';
import type { AppSettings } from '../../core/app-settings.js';
import type { SignedDelivery, WebhookOrder } from '../../core/provider-module.js';
import { SandboxError } from '../../core/sandbox-error.js';
import { canaryPerson } from '../../business/canary.js';
import type { ShopAccount } from '../../business/shop/shops.js';
import { SHOPIFY_VERSION } from './version.js';

const TOPICS = [
  'app/uninstalled',
  'app/scopes_update',
  'shop/redact',
  'customers/redact',
  'customers/data_request',
  'customers/merge',
  'orders/create',
  'orders/updated',
  'orders/edited',
  'orders/cancelled',
  'orders/delete',
  'refunds/create',
  'disputes/create',
  'disputes/update',
  'bulk_operations/finish',
];

export function shopifyDelivery(
  shop: ShopAccount,
  app: AppSettings,
  order: WebhookOrder,
  realMs: number,
): SignedDelivery {
  if (!TOPICS.includes(order.topic)) {
    throw new SandboxError(400, `topic is one of ${TOPICS.join(', ')}.`);
  }
  const body = JSON.stringify(order.payload ?? payloadOf(shop, order.topic));
  const at = order.signature === 'stale' ? realMs - 24 * 3_600_000 : realMs;
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-shopify-topic': order.topic,
    'x-shopify-shop-domain': shop.host,
    'x-shopify-webhook-id': order.eventId ?? randomUUID(),
    'x-shopify-event-id': order.eventId ?? randomUUID(),
    'x-shopify-triggered-at': new Date(at).toISOString().replace('Z', '000000Z'),
    'x-shopify-api-version': SHOPIFY_VERSION,
  };
  if (order.signature !== 'none') {
    const secret = order.signature === 'wrong' ? 'shpss_of_somebody_else' : app.clientSecret;
    headers['x-shopify-hmac-sha256'] = createHmac('sha256', secret).update(body).digest('base64');
  }
  return { headers, body };
}

function payloadOf(shop: ShopAccount, topic: string): Record<string, unknown> {
  const person = canaryPerson(shop.number);
  const customer = { id: 7_000_000_001, email: person.email, phone: person.phone };
  switch (topic) {
    case 'shop/redact':
      return { shop_id: shop.number, shop_domain: shop.host };
    case 'customers/redact':
      return { shop_id: shop.number, shop_domain: shop.host, customer, orders_to_redact: [] };
    case 'customers/data_request':
      return {
        shop_id: shop.number,
        shop_domain: shop.host,
        orders_requested: [],
        customer,
        data_request: { id: 9_999 },
      };
    case 'app/uninstalled':
      return {
        id: shop.number,
        name: shop.name,
        email: person.email,
        domain: shop.host,
        myshopify_domain: shop.host,
      };
    default:
      return {
        id: 5_000_001_001,
        admin_graphql_api_id: 'gid://shopify/Order/5000001001',
        email: person.email,
      };
  }
}
