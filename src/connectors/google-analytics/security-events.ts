import { createPublicKey, type JsonWebKey, verify as verifySignature } from 'node:crypto';
import type { Secret } from '../../kernel/secret.js';
import { BrokenPageError } from '../kit/provider-errors.js';
import { object } from '../kit/read/object.js';
import { optionalObject } from '../kit/read/optional-object.js';
import { optionalText } from '../kit/read/optional-text.js';
import { property } from '../kit/read/property.js';
import { text } from '../kit/read/text.js';
import { unixSeconds } from '../kit/read/unix-seconds.js';
import type { Delivery, WebhookEvent, WebhookQuirks, WebhookVerdict } from '../kit/webhooks.js';
import { SECURITY_EVENT_KEYS } from './facts.js';

const ISSUERS = new Set(['https://accounts.google.com', 'https://accounts.google.com/']);

/** Events that end our access, by what their addresses end with. */
const REVOKED = ['token-revoked', 'tokens-revoked', 'account-disabled'];

/**
 * Google's security events (RISC): a signed token that says whose access ended. It has no time limit of
 * its own; each counts once.
 */
export const webhooks: WebhookQuirks = {
  keysUrl: SECURITY_EVENT_KEYS,

  verify(delivery: Delivery, secrets: readonly Secret[]): WebhookVerdict {
    const parts = delivery.rawBody.toString('latin1').trim().split('.');
    const [head = '', body = '', signature = ''] = parts;
    if (parts.length !== 3) return 'forged';
    const header = decode(head);
    const claims = decode(body);
    if (property(header, 'alg') !== 'RS256') return 'forged';
    if (!ISSUERS.has(String(property(claims, 'iss')))) return 'forged';
    if (!isForUs(property(claims, 'aud'), delivery.clientId)) return 'forged';
    const signed = Buffer.from(`${head}.${body}`, 'latin1');
    const isSigned = secrets
      .map((secret) => readKey(secret))
      .filter((key) => key !== null && key.kid === property(header, 'kid'))
      .some((key) => isSignedBy(key as JsonWebKey, signed, Buffer.from(signature, 'base64url')));
    return isSigned ? 'genuine' : 'forged';
  },

  events(delivery: Delivery): readonly WebhookEvent[] {
    const [, body = ''] = delivery.rawBody.toString('latin1').trim().split('.');
    const claims = decode(body);
    const id = text(claims, 'jti');
    const events = object(claims, 'events');
    return Object.entries(events).flatMap(([type, event]) => {
      const subject = optionalObject(event, 'subject');
      const sub = subject === null ? null : optionalText(subject, 'sub');
      // Google's own trial of the way here (`verification`) is about nobody.
      if (sub === null) return [];
      return [
        {
          id: `${id}:${type}`,
          accountId: userName(sub),
          kind: REVOKED.some((ending) => type.endsWith(ending)) ? 'revoked' : 'ignored',
          before: unixSeconds(claims, 'iat'),
          streams: [],
        },
      ];
    });
  },
};

/** What the directory knows a Google user by, beside the properties. */
export function userName(sub: string): string {
  return `sub:${sub}`;
}

/** Whose consent it was: the id inside the identity token, of which nothing else is kept. It came straight from Google. */
export function readUser(answer: unknown): Readonly<Record<string, string>> {
  const token = property(answer, 'id_token');
  if (typeof token !== 'string') return {};
  const sub = property(decode(token.split('.')[1] ?? ''), 'sub');
  return typeof sub === 'string' ? { sub } : {};
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

function isForUs(audience: unknown, clientId: string | undefined): boolean {
  if (clientId === undefined) return false;
  return Array.isArray(audience) ? audience.includes(clientId) : audience === clientId;
}

function readKey(secret: Secret): (JsonWebKey & { kid?: unknown }) | null {
  try {
    return JSON.parse(secret.reveal()) as JsonWebKey;
  } catch {
    return null;
  }
}

function isSignedBy(jwk: JsonWebKey, signed: Buffer, signature: Buffer): boolean {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return verifySignature('RSA-SHA256', signed, key, signature);
  } catch (error) {
    throw new BrokenPageError(`a published key can be used: ${(error as Error).name}`);
  }
}
