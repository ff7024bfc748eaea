import { SESSION_COOKIE } from '../../tenancy/access.js';

const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Strict';

/** Value of a Set-Cookie header. */
export function sessionCookie(token: string, expiresAt: Date): string {
  return `${SESSION_COOKIE}=${token}; ${ATTRIBUTES}; Expires=${expiresAt.toUTCString()}`;
}

/** Value of the Set-Cookie header that makes the browser forget it. */
export function clearedSessionCookie(): string {
  return `${SESSION_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;
}
