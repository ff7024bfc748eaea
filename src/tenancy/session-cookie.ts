import { OwnCookie } from '../kernel/own-cookie.js';

/**
 * The cookie of a member who signed in. `Strict`: no other site sends anybody here as that member.
 *
 * @param publicUrl see `OwnCookie`
 */
export function sessionCookie(publicUrl: string | null): OwnCookie {
  return new OwnCookie({ name: 'numoon_session', sameSite: 'Strict' }, publicUrl);
}
