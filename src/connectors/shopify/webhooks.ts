import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../kernel/secret.js';
import type { Delivery, WebhookEvent, WebhookQuirks, WebhookVerdict } from '../kit/webhooks.js';

/** What a topic makes worth reading again, by its beginning. */
const STREAMS: readonly [string, readonly string[]][] = [
  ['orders/', ['orders', 'unfulfilled']],
  ['refunds/', ['orders']],
  ['disputes/', ['disputes']],
  ['customers/merge', ['orders']],
];

/** Topics that every app must take: they ask to forget, and we keep no customer to forget or to show. */
const ERASE = new Set(['shop/redact']);

/** How long after the uninstall Shopify asks to erase. */
const ERASED_AFTER_MS = 48 * 3_600_000;

/** `X-Shopify-Hmac-Sha256`: an HMAC over the raw body. No time is signed; each delivery counts once. */
export const webhooks: WebhookQuirks = {
  verify(delivery: Delivery, secrets: readonly Secret[]): WebhookVerdict {
    const given = Buffer.from(header(delivery, 'hmac-sha256'), 'base64');
    const isSigned = secrets.some((secret) => {
      const wanted = createHmac('sha256', secret.reveal()).update(delivery.rawBody).digest();
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    });
    return isSigned ? 'genuine' : 'forged';
  },

  events(delivery: Delivery): readonly WebhookEvent[] {
    const topic = header(delivery, 'topic');
    const shop = header(delivery, 'shop-domain').toLowerCase();
    if (topic === '' || shop === '') return [];
    const streams = STREAMS.find(([beginning]) => topic.startsWith(beginning))?.[1] ?? [];
    const before = meantBefore(delivery, topic);
    return [
      {
        id: idOf(delivery, topic, shop),
        accountId: shop,
        kind: kindOf(topic),
        streams,
        ...(before === null ? {} : { before }),
      },
    ];
  },
};

function kindOf(topic: string): WebhookEvent['kind'] {
  if (topic === 'app/uninstalled') return 'revoked';
  if (ERASE.has(topic)) return 'erase';
  return STREAMS.some(([beginning]) => topic.startsWith(beginning)) ? 'changed' : 'ignored';
}

/**
 * When an ending happened: its delivery is repeated for hours, with the time of the first. The wish to
 * erase comes two days after the uninstall that it belongs to; the shop may be connected anew by then.
 */
function meantBefore(delivery: Delivery, topic: string): number | null {
  const at = Date.parse(header(delivery, 'triggered-at').replace(/(\.\d{3})\d*/, '$1'));
  if (Number.isNaN(at)) return null;
  if (topic === 'app/uninstalled') return at;
  return ERASE.has(topic) ? at - ERASED_AFTER_MS : null;
}

/**
 * Headers are not signed. So the body is part of what makes a delivery the same one: a recorded one under
 * a new number must not count again.
 */
function idOf(delivery: Delivery, topic: string, shop: string): string {
  const body = createHash('sha256').update(delivery.rawBody).digest('hex');
  const number = header(delivery, 'event-id') || header(delivery, 'webhook-id');
  return [shop, topic, number, body].join(':');
}

/** Newer deliveries leave the `X-` away. */
function header(delivery: Delivery, name: string): string {
  return delivery.headers[`x-shopify-${name}`] ?? delivery.headers[`shopify-${name}`] ?? '';
}
