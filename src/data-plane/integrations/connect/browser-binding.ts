import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { OwnCookie } from '../../../kernel/own-cookie.js';
import { storedHashOf } from '../../access/tokens.js';

const VALUE = /^[A-Za-z0-9_-]{43}$/;

/** Longer than the three times ten minutes that a connection can take. */
const MAX_AGE_S = 45 * 60;

/**
 * What tells the browser that began a connection from all others. One value a browser, so that two
 * connections in two tabs do not push each other out; what is stored is its hash together with the
 * attempt's id, so that the rows of two attempts, or two tenants, do not show that it was one browser.
 */
export class BrowserBinding {
  private constructor(
    private readonly value: string,
    private readonly cookie: OwnCookie,
  ) {}

  static create(cookie: OwnCookie): BrowserBinding {
    return new BrowserBinding(randomBytes(32).toString('base64url'), cookie);
  }

  /** Of a request's Cookie header; null where it brings none. */
  static of(header: string | undefined, cookie: OwnCookie): BrowserBinding | null {
    const value = cookie.read(header);
    return value !== null && VALUE.test(value) ? new BrowserBinding(value, cookie) : null;
  }

  /** The value of a Set-Cookie header. */
  setCookie(): string {
    return this.cookie.set(this.value, { maxAgeS: MAX_AGE_S });
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
