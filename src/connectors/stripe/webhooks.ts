import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../kernel/secret.js';
import { boolean } from '../kit/read/boolean.js';
import { optionalText } from '../kit/read/optional-text.js';
import { text } from '../kit/read/text.js';
import { unixSeconds } from '../kit/read/unix-seconds.js';
import type { Delivery, WebhookEvent, WebhookQuirks, WebhookVerdict } from '../kit/webhooks.js';
import { accountId } from './account.js';

const TOLERANCE_MS = 300_000;

/** What an event, by the beginning of its type, makes worth reading again. The longest beginning wins. */
const STREAMS: readonly [string, readonly string[]][] = [
  ['charge.dispute.', ['disputes', 'balance-transactions']],
  ['charge.refund', ['refunds', 'balance-transactions']],
  ['charge.', ['charges', 'balance-transactions']],
  ['refund.', ['refunds', 'balance-transactions']],
  ['payout.', ['payouts', 'balance']],
  ['balance.', ['balance']],
  ['customer.subscription.', ['subscriptions']],
  ['invoice.', ['paid-invoices', 'overdue-invoices']],
];

/** `Stripe-Signature: t=…,v1=…`: an HMAC over the time, a dot and the raw body; several while a secret is replaced. */
export const webhooks: WebhookQuirks = {
  verify(delivery: Delivery, secrets: readonly Secret[]): WebhookVerdict {
    const parts = (delivery.headers['stripe-signature'] ?? '').split(',').map((it) => it.trim());
    const time = parts.find((part) => /^t=\d{1,12}$/.test(part))?.slice(2);
    const signatures = parts.filter((part) => /^v1=[0-9a-f]{64}$/.test(part));
    if (time === undefined) return 'forged';
    const isSigned = secrets.some((secret) => {
      const wanted = createHmac('sha256', secret.reveal())
        .update(`${time}.`)
        .update(delivery.rawBody)
        .digest();
      return signatures.some((it) => timingSafeEqual(Buffer.from(it.slice(3), 'hex'), wanted));
    });
    if (!isSigned) return 'forged';
    return Math.abs(delivery.nowMs - Number(time) * 1000) > TOLERANCE_MS ? 'stale' : 'genuine';
  },

  events(delivery: Delivery): readonly WebhookEvent[] {
    const event: unknown = JSON.parse(delivery.rawBody.toString('utf8'));
    const account = optionalText(event, 'account');
    if (account === null) return [];
    const type = text(event, 'type');
    const streams = STREAMS.find(([beginning]) => type.startsWith(beginning))?.[1];
    const isEnd = type === 'account.application.deauthorized';
    return [
      {
        id: text(event, 'id'),
        accountId: accountId(account, boolean(event, 'livemode')),
        kind: isEnd ? 'revoked' : streams === undefined ? 'ignored' : 'changed',
        before: unixSeconds(event, 'created'),
        streams: streams ?? [],
      },
    ];
  },
};
