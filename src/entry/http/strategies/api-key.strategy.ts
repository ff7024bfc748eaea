import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-custom';
import type { Credentials, Identity } from '../../../tenancy/access.js';
import { bearerOf, type CarriesCredentials } from '../access/credentials-of.js';

export const API_KEY = 'api-key';

/** `Authorization: Bearer nm_...`, proved by the data plane. */
export class ApiKeyStrategy extends PassportStrategy(Strategy, API_KEY) {
  constructor(private readonly credentials: Credentials) {
    super();
  }

  validate(request: CarriesCredentials): Promise<Identity | null> | null {
    const key = bearerOf(request);
    // Others (an admin token, a stranger's) are refused without a question to any database.
    return key?.startsWith('nm_') ? this.credentials.byApiKey(key) : null;
  }
}
