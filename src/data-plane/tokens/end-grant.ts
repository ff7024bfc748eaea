import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../tenancy/tenant-database.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { MarkRevoked } from '../integrations/mark-revoked.js';
import { GrantRevokedError, ReconnectNeededError } from './tokens.errors.js';

/** What is done when a refresh token is of no use any more. Repeatable. */
@Injectable()
export class EndGrant {
  constructor(
    private readonly database: TenantDatabase,
    private readonly integrations: IntegrationsRepository,
    private readonly markRevoked: MarkRevoked,
  ) {}

  /** The provider says that access was taken back. @throws GrantRevokedError, once that is written down */
  async revoked(integrationId: string): Promise<never> {
    await this.markRevoked.execute(integrationId, 'refresh-refused');
    throw new GrantRevokedError(integrationId);
  }

  /** Nobody took it back. @throws ReconnectNeededError, once that is written down */
  async reconnect(integrationId: string): Promise<never> {
    await this.integrations.setStatus(
      this.database,
      integrationId,
      'reconnect',
      'reconnect_needed',
    );
    throw new ReconnectNeededError(integrationId);
  }
}
