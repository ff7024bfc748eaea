import { randomBytes, timingSafeEqual } from 'node:crypto';
import { storedHashOf } from '../../access/tokens.js';

const NAME = 'numoon_connect';
const VALUE = /^[A-Za-z0-9_-]{43}$/;

/** Longer than the three times ten minutes that a connection can take. */
const MAX_AGE_S = 45 * 60;

/**
 * What tells the browser that began a connection from all others. One value a browser, so that two
 * connections in two tabs do not push each other out; what is stored is its hash together with the
 * attempt's id, so that the rows of two attempts, or two tenants, do not show that it was one browser.
 *
 * `Lax`, because the way back from the provider is a navigation from another site.
 */
export class BrowserBinding {
  private constructor(
    private readonly value: string,
    private readonly overTls: boolean,
  ) {}

  static create(overTls: boolean): BrowserBinding {
    return new BrowserBinding(randomBytes(32).toString('base64url'), overTls);
  }

  /** Of a request's Cookie header; null where it brings none. */
  static of(cookie: string | undefined, overTls: boolean): BrowserBinding | null {
    for (const pair of (cookie ?? '').split(';')) {
      const at = pair.indexOf('=');
      if (at < 0 || pair.slice(0, at).trim() !== nameOf(overTls)) continue;
      const value = pair.slice(at + 1).trim();
      return VALUE.test(value) ? new BrowserBinding(value, overTls) : null;
    }
    return null;
  }

  /** The value of a Set-Cookie header. */
  setCookie(): string {
    const secure = this.overTls ? ' Secure;' : '';
    return `${nameOf(this.overTls)}=${this.value}; Path=/; HttpOnly;${secure} SameSite=Lax; Max-Age=${MAX_AGE_S}`;
  }

  hashFor(attemptId: string): Buffer {
    return storedHashOf(`${attemptId} ${this.value}`);
  }

  began(attempt: { id: string; browserHash: Buffer | null }): boolean {
    return (
      attempt.browserHash !== null && timingSafeEqual(attempt.browserHash, this.hashFor(attempt.id))
    );
  }
}

/** Over plain http, which is this machine's own, browsers take no cookie whose name says that it is bound to a host. */
function nameOf(overTls: boolean): string {
  return overTls ? `__Host-${NAME}` : NAME;
}
