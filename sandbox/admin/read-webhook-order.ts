import type { WebhookOrder } from '../core/provider-module.js';
import { SandboxError } from '../core/sandbox-error.js';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const SIGNATURES = ['right', 'wrong', 'stale', 'none'] as const;

/** `{ url, topic, payload?, signature?, eventId? }`. Only this machine is sent to. */
export function readWebhookOrder(body: unknown): WebhookOrder {
  const {
    url,
    topic,
    payload,
    signature = 'right',
    eventId,
  } = (body ?? {}) as Record<string, unknown>;
  if (typeof url !== 'string' || !isLoopback(url)) {
    throw new SandboxError(400, 'url is an http address of this machine.');
  }
  if (typeof topic !== 'string') throw new SandboxError(400, 'topic names the event.');
  const signed = SIGNATURES.find((name) => name === signature);
  if (signed === undefined) {
    throw new SandboxError(400, `signature is one of ${SIGNATURES.join(', ')}.`);
  }
  return {
    url,
    topic,
    signature: signed,
    ...(payload === undefined ? {} : { payload }),
    ...(typeof eventId === 'string' ? { eventId } : {}),
  };
}

function isLoopback(text: string): boolean {
  try {
    const { protocol, hostname } = new URL(text);
    return /^https?:$/.test(protocol) && LOOPBACK.has(hostname);
  } catch {
    return false;
  }
}
