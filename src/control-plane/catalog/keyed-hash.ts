import { createHmac } from 'node:crypto';
import { formerEmail, formsOf, storedEmail } from '../../kernel/email-address.js';

/**
 * Turns what a person said (an address, a slug) into what the catalog may hold: HMAC-SHA-256 under a
 * key that is not in the catalog, with the purpose mixed in so that equal texts of two kinds differ.
 */
export class KeyedHash {
  constructor(private readonly key: Buffer) {}

  of(
    purpose:
      | 'email'
      | 'slug'
      | 'closure-token'
      | 'idempotency'
      | 'signup-code'
      | 'limit'
      | 'provider-account'
      | 'webhook-event',
    text: string,
  ): Buffer {
    return createHmac('sha256', this.key).update(`${purpose}\0${text}`).digest();
  }

  ofEmail(email: string): Buffer {
    return this.of('email', storedEmail(email));
  }

  /** Of the form that addresses were hashed in before they had a canonical one. */
  ofFormerEmail(email: string): Buffer {
    return this.of('email', formerEmail(email));
  }

  /** All hashes that this address may still be listed under, its own first. */
  formsOfEmail(email: string): Buffer[] {
    return formsOf(storedEmail(email)).map((form) => this.of('email', form));
  }
}
