import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CheckCallback } from '../kit/callback.js';

/** How old, or how far ahead, a way back may be. */
const TOLERANCE_MS = 90_000;

/**
 * Shopify signs the way back: an HMAC over the query without the signature itself, sorted by name and
 * encoded anew. Read from the raw query, for a list that a framework made of it has lost its order.
 */
export const checkCallback: CheckCallback = ({ rawQuery, params, clientSecret, nowMs }) => {
  const pairs = [...new URLSearchParams(rawQuery)];
  const named = new Map(pairs);
  // Twice the same name could be read in two ways.
  if (named.size !== pairs.length) return 'connect_callback_forged';
  const shop = (named.get('shop') ?? '').toLowerCase();
  if (shop !== (params['shop'] ?? '').toLowerCase()) return 'connect_callback_foreign';
  const message = pairs
    .filter(([name]) => name !== 'hmac' && name !== 'signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  const wanted = createHmac('sha256', clientSecret.reveal()).update(message).digest();
  const hmac = named.get('hmac') ?? '';
  const given = Buffer.from(/^[0-9a-f]{64}$/.test(hmac) ? hmac : '', 'hex');
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    return 'connect_callback_forged';
  }
  const ageMs = Math.abs(nowMs - Number(named.get('timestamp') ?? Number.NaN) * 1000);
  return ageMs <= TOLERANCE_MS ? 'ok' : 'connect_callback_stale';
};
