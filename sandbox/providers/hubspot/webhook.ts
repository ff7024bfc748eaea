import { createHmac, randomInt } from 'node:crypto';
import type { SignedDelivery, WebhookOrder } from '../../core/provider-module.js';
import { SandboxError } from '../../core/sandbox-error.js';
import { APP_ID } from './app.js';

const TOPICS = [
  'deal.creation',
  'deal.propertyChange',
  'deal.deletion',
  'deal.merge',
  'deal.restore',
  'contact.creation',
  'contact.propertyChange',
  'contact.deletion',
  'contact.merge',
  'contact.privacyDeletion',
];

/**
 * A push delivery: an array of events. `payload` replaces members of the event; as an array it makes one
 * event for each of its members, which may name other portals (`portalId`), as real deliveries do.
 */
export function delivery(
  portalId: number,
  order: WebhookOrder,
  clientSecret: string,
  now: number,
): SignedDelivery {
  if (!TOPICS.includes(order.topic)) {
    throw new SandboxError(400, `topic is one of ${TOPICS.join(', ')}.`);
  }
  const parts: unknown[] = Array.isArray(order.payload) ? order.payload : [order.payload ?? {}];
  const eventId = order.eventId === undefined ? randomInt(1, 2 ** 40) : Number(order.eventId);
  if (!Number.isSafeInteger(eventId)) throw new SandboxError(400, 'eventId is a whole number.');
  const changed = order.topic.endsWith('.propertyChange')
    ? { propertyName: 'dealstage', propertyValue: 'closedwon' }
    : {};
  const events = parts.map((part, index) => ({
    eventId: eventId + index,
    subscriptionId: 1_234 + TOPICS.indexOf(order.topic),
    portalId,
    appId: APP_ID,
    occurredAt: now - 1_000,
    subscriptionType: order.topic,
    attemptNumber: 0,
    objectId: 7_000_001,
    ...changed,
    changeSource: 'CRM_UI',
    ...(part as object),
  }));
  const body = JSON.stringify(events);
  if (order.signature === 'none') return { headers: JSON_HEADERS, body };
  const timestamp = String(order.signature === 'stale' ? now - 3_600_000 : now);
  const secret = order.signature === 'wrong' ? `${clientSecret}x` : clientSecret;
  const signature = signatureV3(secret, 'POST', order.url, body, timestamp);
  return {
    headers: {
      ...JSON_HEADERS,
      'x-hubspot-signature-version': 'v3',
      'x-hubspot-signature-v3': signature,
      'x-hubspot-request-timestamp': timestamp,
    },
    body,
  };
}

const JSON_HEADERS = { 'content-type': 'application/json' };

/** base64(HMAC-SHA256(secret, method + full address + raw body + timestamp)) */
export function signatureV3(
  secret: string,
  method: string,
  url: string,
  body: string,
  timestamp: string,
): string {
  return createHmac('sha256', secret).update(`${method}${url}${body}${timestamp}`).digest('base64');
}
