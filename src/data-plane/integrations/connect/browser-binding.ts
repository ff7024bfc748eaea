import { randomBytes, timingSafeEqual } from 'node:crypto';
import { storedHashOf } from '../../access/tokens.js';

const NAME = '__Host-numoon_connect';
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
  private constructor(private readonly value: string) {}

  static create(): BrowserBinding {
    return new BrowserBinding(randomBytes(32).toString('base64url'));
  }

  /** Of a request's Cookie header; null where it brings none. */
  static of(cookie: string | undefined): BrowserBinding | null {
    for (const pair of (cookie ?? '').split(';')) {
      const at = pair.indexOf('=');
      if (at < 0 || pair.slice(0, at).trim() !== NAME) continue;
      const value = pair.slice(at + 1).trim();
      return VALUE.test(value) ? new BrowserBinding(value) : null;
    }
    return null;
  }

  /** The value of a Set-Cookie header. `Secure` also on localhost, which browsers trust over plain http. */
  setCookie(): string {
    return `${NAME}=${this.value}; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=${MAX_AGE_S}`;
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
