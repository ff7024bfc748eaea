import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-custom';
import type { OwnCookie } from '../../../kernel/own-cookie.js';
import type { Credentials, Identity } from '../../../tenancy/access.js';
import { sessionOf, type CarriesCredentials } from '../access/credentials-of.js';

export const SESSION = 'session-cookie';

/** The dashboard's session cookie, proved by the data plane. */
export class SessionStrategy extends PassportStrategy(Strategy, SESSION) {
  constructor(
    private readonly credentials: Credentials,
    private readonly cookie: OwnCookie,
  ) {
    super();
  }

  validate(request: CarriesCredentials): Promise<Identity | null> | null {
    const token = sessionOf(request, this.cookie);
    return token === null ? null : this.credentials.bySession(token);
  }
}
