import { createHash, randomUUID } from 'node:crypto';
import type { SignedDelivery, WebhookOrder } from '../../core/provider-module.js';
import { SandboxError } from '../../core/sandbox-error.js';
import { SigningKey, unsigned } from './signing-key.js';

const OAUTH = 'https://schemas.openid.net/secevent/oauth/event-type';
const RISC = 'https://schemas.openid.net/secevent/risc/event-type';

/** Topics by the names people use; the last part of the event's address. */
const TOPICS: Readonly<Record<string, string>> = {
  'token-revoked': `${OAUTH}/token-revoked`,
  'tokens-revoked': `${OAUTH}/tokens-revoked`,
  'sessions-revoked': `${RISC}/sessions-revoked`,
  'account-disabled': `${RISC}/account-disabled`,
  'account-enabled': `${RISC}/account-enabled`,
  verification: `${RISC}/verification`,
};

export const EVENT_URIS: readonly string[] = Object.values(TOPICS);

/** Cross-Account Protection: a security event token about a person, for the app `clientId`. `payload` replaces members of the event. */
export function securityEvent(
  sub: string,
  order: WebhookOrder,
  beside: { clientId: string; key: SigningKey; now: number },
): SignedDelivery {
  const uri = Object.hasOwn(TOPICS, order.topic) ? TOPICS[order.topic] : undefined;
  if (uri === undefined) {
    throw new SandboxError(400, `topic is one of ${Object.keys(TOPICS).join(', ')}.`);
  }
  const seconds = Math.floor(
    (order.signature === 'stale' ? beside.now - 3_600_000 : beside.now) / 1000,
  );
  const claims = {
    iss: 'https://accounts.google.com/',
    aud: beside.clientId,
    iat: seconds,
    jti: order.eventId ?? randomUUID(),
    events: { [uri]: { ...eventOf(order.topic, sub), ...(order.payload as object | undefined) } },
  };
  return {
    headers: { 'content-type': 'application/secevent+jwt' },
    body: signed(claims, order.signature, beside.key),
  };
}

function eventOf(topic: string, sub: string): Record<string, unknown> {
  if (topic === 'verification') return { state: 'sandbox' };
  if (topic === 'token-revoked') {
    return {
      subject: {
        subject_type: 'oauth_token',
        token_type: 'refresh_token',
        token_identifier_alg: 'hash_SHA512_double',
        token: createHash('sha512')
          .update(createHash('sha512').update(sub).digest())
          .digest('base64'),
        iss: 'https://accounts.google.com/',
        sub,
      },
    };
  }
  const subject = { subject_type: 'iss-sub', iss: 'https://accounts.google.com/', sub };
  return topic === 'account-disabled' ? { subject, reason: 'hijacking' } : { subject };
}

function signed(
  claims: Record<string, unknown>,
  how: WebhookOrder['signature'],
  key: SigningKey,
): string {
  if (how === 'none') return `${unsigned(claims, { alg: 'none', typ: 'secevent+jwt' })}.`;
  if (how !== 'wrong') return key.sign(claims, 'secevent+jwt');
  // Right in form, by a key that is not Google's but bears its name.
  const [head = '', body = ''] = key.sign(claims, 'secevent+jwt').split('.');
  const [, , signature = ''] = new SigningKey().sign(claims, 'secevent+jwt').split('.');
  return `${head}.${body}.${signature}`;
}
