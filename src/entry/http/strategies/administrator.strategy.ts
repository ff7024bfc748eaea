import { createHash, timingSafeEqual } from 'node:crypto';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-custom';
import type { Secret } from '../../../kernel/secret.js';
import { bearerOf, type CarriesCredentials } from '../access/credentials-of.js';

export const ADMINISTRATOR = 'administrator';

/**
 * The admin token. Hashes are compared, so that neither its length nor its beginning shows in the
 * time it takes.
 */
export class AdministratorStrategy extends PassportStrategy(Strategy, ADMINISTRATOR) {
  readonly #expected: Buffer;

  constructor(adminToken: Secret) {
    super();
    this.#expected = sha256(adminToken.reveal());
  }

  validate(request: CarriesCredentials): true | null {
    const token = bearerOf(request);
    return token !== null && timingSafeEqual(sha256(token), this.#expected) ? true : null;
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
