import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../kernel/secret.js';
import { BrokenPageError } from '../kit/provider-errors.js';
import { text } from '../kit/read/text.js';
import { whole } from '../kit/read/whole.js';
import type { Delivery, WebhookEvent, WebhookQuirks, WebhookVerdict } from '../kit/webhooks.js';

const TOLERANCE_MS = 300_000;

/** `X-HubSpot-Signature-v3`: an HMAC over method, full address, raw body and time. A delivery mixes accounts. */
export const webhooks: WebhookQuirks = {
  verify(delivery: Delivery, secrets: readonly Secret[]): WebhookVerdict {
    const time = delivery.headers['x-hubspot-request-timestamp'] ?? '';
    const given = Buffer.from(delivery.headers['x-hubspot-signature-v3'] ?? '', 'base64');
    if (!/^\d{1,16}$/.test(time)) return 'forged';
    const isSigned = secrets.some((secret) => {
      const wanted = createHmac('sha256', secret.reveal())
        .update(delivery.method + delivery.url)
        .update(delivery.rawBody)
        .update(time)
        .digest();
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    });
    if (!isSigned) return 'forged';
    return Math.abs(delivery.nowMs - Number(time)) > TOLERANCE_MS ? 'stale' : 'genuine';
  },

  events(delivery: Delivery): readonly WebhookEvent[] {
    const events: unknown = JSON.parse(delivery.rawBody.toString('utf8'));
    if (!Array.isArray(events)) throw new BrokenPageError('a delivery is a list');
    return events.map(readEvent);
  },
};

function readEvent(event: unknown): WebhookEvent {
  const account = whole(event, 'portalId');
  const streams = streamsOf(text(event, 'subscriptionType'));
  // The number of an event alone is not unique.
  const id = [account, whole(event, 'subscriptionId'), whole(event, 'eventId')].join(':');
  return {
    id: `${id}:${whole(event, 'occurredAt')}`,
    accountId: String(account),
    kind: streams.length === 0 ? 'ignored' : 'changed',
    streams,
  };
}

function streamsOf(type: string): readonly string[] {
  if (type.startsWith('deal.')) return ['deals', 'stage-conversion'];
  return type.startsWith('contact.') ? ['contacts-now', 'new-contacts'] : [];
}
