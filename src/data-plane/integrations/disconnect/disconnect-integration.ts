import { Injectable } from '@nestjs/common';
import { newId } from '../../../kernel/ids.js';
import { TenantDatabase } from '../../../tenancy/tenant-database.js';
import { AuditLog } from '../../audit/audit-log.js';
import { SyncSchedule } from '../../sync/sync-schedule.js';
import { TokenBroker } from '../../tokens/token-broker.js';
import { ProviderAccountDirectory } from '../../webhooks/provider-account-directory.js';
import { deletionDueAt } from '../deletion-due.js';
import { IntegrationData } from '../integration-data.js';
import { IntegrationNotFoundError } from '../integrations.errors.js';
import { IntegrationsRepository } from '../integrations.repository.js';
import { HeldTokens } from './held-tokens.js';
import { RevokeAtProvider } from './revoke-at-provider.js';

export interface Disconnection {
  status: 'disconnected';
  /** By when nothing derived from it is left. */
  dataDeletionDueAt: Date;
  receipt: string;
}

/**
 * Ends an integration. The first step needs no keys and no provider, and when it is committed nothing
 * is read any more: no token is handed out, no sync begun. The others are each repeatable, in an order
 * in which a crash loses nothing: params and account stay until the provider was told and the tokens are
 * gone, and show that there is work left. Calling it again goes on there.
 */
@Injectable()
export class DisconnectIntegration {
  constructor(
    private readonly database: TenantDatabase,
    private readonly integrations: IntegrationsRepository,
    private readonly held: HeldTokens,
    private readonly revoke: RevokeAtProvider,
    private readonly broker: TokenBroker,
    private readonly schedule: SyncSchedule,
    private readonly directory: ProviderAccountDirectory,
    private readonly data: IntegrationData,
    private readonly audit: AuditLog,
  ) {}

  /** @throws IntegrationNotFoundError */
  async execute(id: string): Promise<Disconnection> {
    const ended = await this.database.transaction(async (tx) => {
      const row = await this.integrations.disconnect(tx, id, newId('rcp'));
      if (row === null) throw new IntegrationNotFoundError();
      if (row.first) {
        await this.audit.append({ action: 'integration.disconnected', targetId: id }, tx);
      }
      return row;
    });
    await this.#finish(id);
    return {
      status: 'disconnected',
      dataDeletionDueAt: deletionDueAt(ended.disconnectedAt),
      receipt: ended.receipt,
    };
  }

  async #finish(id: string): Promise<void> {
    await this.schedule.remove(id);
    const integration = await this.integrations.find(id);
    // Cleared already, or never connected.
    if (integration !== null && integration.account !== null) {
      await this.revoke.execute(integration, await this.held.of(id));
    }
    await this.broker.destroy(id);
    await this.directory.remove(id);
    await this.database.transaction(async (tx) => {
      await this.data.forget(tx, id);
      await this.integrations.clearDisconnected(tx, id);
    });
  }
}
