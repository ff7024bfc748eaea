import { PassportStrategy } from '@nestjs/passport';
import type { Authenticator } from 'passport';
import { Strategy } from 'passport-custom';
import type { Credentials, Identity } from '../../../tenancy/access.js';
import { bearerOf, type CarriesCredentials } from '../access/credentials-of.js';

export const API_KEY = 'api-key';

/** `Authorization: Bearer nm_...`, proved by the data plane. */
export class ApiKeyStrategy extends PassportStrategy(Strategy, API_KEY) {
  constructor(
    authenticator: Authenticator,
    private readonly credentials: Credentials,
  ) {
    super();
    authenticator.use(API_KEY, this);
  }

  validate(request: CarriesCredentials): Promise<Identity | null> | null {
    const key = bearerOf(request);
    // Others (an admin token, a stranger's) are refused without a question to any database.
    return key?.startsWith('nm_') ? this.credentials.byApiKey(key) : null;
  }
}
