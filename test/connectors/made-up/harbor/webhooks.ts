import { createHmac, timingSafeEqual } from 'node:crypto';
import { list } from '../../../../src/connectors/kit/read/list.js';
import { text } from '../../../../src/connectors/kit/read/text.js';
import { unixSeconds } from '../../../../src/connectors/kit/read/unix-seconds.js';
import { whole } from '../../../../src/connectors/kit/read/whole.js';
import type {
  Delivery,
  WebhookEvent,
  WebhookQuirks,
  WebhookVerdict,
} from '../../../../src/connectors/kit/webhooks.js';
import type { Secret } from '../../../../src/kernel/secret.js';
import { depotName, fleetName } from './account.js';

const TOLERANCE_MS = 300_000;

const STREAMS: Readonly<Record<string, readonly string[]>> = {
  'parcel.handed': ['parcels', 'shelf'],
  'parcel.delivered': ['deliveries', 'shelf'],
  'claim.changed': ['claims'],
};

/** `Harbor-Proof: <seconds>.<base64url>`: an HMAC-SHA256 over the seconds, the delivery's id and the bytes, a line each. */
export const webhooks: WebhookQuirks = {
  verify({ headers, rawBody, nowMs }: Delivery, secrets: readonly Secret[]): WebhookVerdict {
    const [, seconds = '', proof] =
      /^(\d{1,11})\.([\w-]{43})$/.exec(headers['harbor-proof'] ?? '') ?? [];
    if (proof === undefined) return 'forged';
    const given = Buffer.from(proof, 'base64url');
    const isSigned = secrets.some((secret) => {
      const wanted = createHmac('sha256', secret.reveal())
        .update(`${seconds}\n${headers['harbor-delivery'] ?? ''}\n`)
        .update(rawBody)
        .digest();
      return timingSafeEqual(given, wanted);
    });
    if (!isSigned) return 'forged';
    return Math.abs(nowMs - Number(seconds) * 1_000) > TOLERANCE_MS ? 'stale' : 'genuine';
  },

  events({ rawBody }: Delivery): readonly WebhookEvent[] {
    const told: unknown = JSON.parse(rawBody.toString('utf8'));
    return list(told, 'events').map(eventOf);
  },
};

function eventOf(event: unknown): WebhookEvent {
  const id = text(event, 'id');
  const type = text(event, 'type');
  if (type === 'fleet.detached') {
    const accountId = fleetName(text(event, 'fleet'));
    return { id, accountId, kind: 'revoked', streams: [], before: unixSeconds(event, 'at') };
  }
  const streams = STREAMS[type];
  return {
    id,
    accountId: depotName(String(whole(event, 'depot_number'))),
    kind: streams === undefined ? 'ignored' : 'changed',
    streams: streams ?? [],
  };
}
