import { Secret } from '../../kernel/secret.js';
import type { VaultBody } from './vault-call.js';

export interface VaultToken {
  secret: Secret;
  /** How long it was given for; null for one that does not end, as a root token. */
  ttlMs: number | null;
  /** On the clock of `performance.now()`; null as above. */
  expiresAt: number | null;
  renewable: boolean;
}

/** From the answer to a login or a renewal, or null where it holds no token. */
export function tokenFromAuth(body: VaultBody | null, now = performance.now()): VaultToken | null {
  const auth = recordIn(body, 'auth');
  const text = auth['client_token'];
  if (typeof text !== 'string' || text === '') return null;
  return token(new Secret(text), auth['lease_duration'], auth['renewable'], now);
}

/** From the answer to `auth/token/lookup-self`. */
export function tokenFromLookup(
  secret: Secret,
  body: VaultBody | null,
  now = performance.now(),
): VaultToken {
  const data = recordIn(body, 'data');
  return token(secret, data['ttl'], data['renewable'], now);
}

/** Of a token that Vault tells us nothing about: used until it is refused. */
export function unknownToken(secret: Secret): VaultToken {
  return { secret, ttlMs: null, expiresAt: null, renewable: false };
}

export function isOver({ expiresAt }: VaultToken, now = performance.now()): boolean {
  return expiresAt !== null && now >= expiresAt;
}

/** Whether a renewal gave notably less time than the token had when it was new. */
export function isShorter(renewed: VaultToken, original: VaultToken): boolean {
  return original.ttlMs !== null && (renewed.ttlMs ?? 0) < original.ttlMs * 0.9;
}

function token(secret: Secret, seconds: unknown, renewable: unknown, now: number): VaultToken {
  const ttlMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : null;
  return {
    secret,
    ttlMs,
    expiresAt: ttlMs === null ? null : now + ttlMs,
    renewable: renewable === true,
  };
}

function recordIn(body: VaultBody | null, name: string): Record<string, unknown> {
  const value = body?.[name];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
