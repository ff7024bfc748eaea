import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../../tenancy/tenant-database.js';
import { SyncSchedule } from '../../sync/sync-schedule.js';
import { ProviderAccountDirectory } from '../../webhooks/provider-account-directory.js';
import { ConnectionAttemptsRepository } from '../connection-attempts.repository.js';
import { IntegrationsRepository } from '../integrations.repository.js';
import { PendingTokens } from './pending-tokens.js';

/**
 * Clears away what was begun and never finished. Done whenever something new is begun, so nothing piles
 * up and no timer is needed. Repeatable; of two at once, both succeed.
 */
@Injectable()
export class ForgetAbandoned {
  constructor(
    private readonly database: TenantDatabase,
    private readonly attempts: ConnectionAttemptsRepository,
    private readonly integrations: IntegrationsRepository,
    private readonly pending: PendingTokens,
    private readonly directory: ProviderAccountDirectory,
    private readonly schedule: SyncSchedule,
  ) {}

  async execute(): Promise<void> {
    const old = await this.attempts.listOld(this.database);
    // Tokens before the row that leads to them.
    for (const id of old) await this.pending.destroy(id);
    if (old.length > 0) await this.attempts.remove(this.database, old);
    for (const id of await this.integrations.removeAbandoned(this.database)) {
      await this.directory.remove(id);
      await this.schedule.remove(id);
    }
  }
}
