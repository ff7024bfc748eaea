import type { OwnCookie } from '../../../kernel/own-cookie.js';

/** What a credential is read from; a real request has it, and so has what passport is given. */
export interface CarriesCredentials {
  headers: { authorization?: string | undefined; cookie?: string | undefined };
}

/** Longer ones are not ours; nobody needs to hash them. */
const MAX_CREDENTIAL = 512;

/**
 * The token of `Authorization: Bearer`, or null. Another scheme counts as no credential at all: a
 * proxy in front may use Basic for itself.
 */
export function bearerOf({ headers: { authorization } }: CarriesCredentials): string | null {
  if (authorization === undefined || authorization.length > MAX_CREDENTIAL) return null;
  if (!hasBearerScheme(authorization)) return null;
  return authorization.slice(7).trim();
}

/** Whether a bearer token was sent, were it empty or absurd: it then decides, whatever cookie came along. */
export function bringsBearer({ headers: { authorization } }: CarriesCredentials): boolean {
  return authorization !== undefined && hasBearerScheme(authorization);
}

function hasBearerScheme(authorization: string): boolean {
  return authorization.startsWith('Bearer ') || /^bearer(?: |$)/i.test(authorization);
}

/** The session token of the cookie header, or null. */
export function sessionOf(
  { headers: { cookie } }: CarriesCredentials,
  session: OwnCookie,
): string | null {
  const value = session.read(cookie);
  return value === null || value === '' || value.length > MAX_CREDENTIAL ? null : value;
}
