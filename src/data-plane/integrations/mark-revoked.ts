import { Injectable, Logger } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { AuditLog } from '../audit/audit-log.js';
import { KeyedTransaction } from '../keyed-transaction.js';
import { SyncSchedule } from '../sync/sync-schedule.js';
import { AfterRevocation } from './after-revocation.js';
import { IntegrationsRepository } from './integrations.repository.js';
import { TokenDestroyer } from './token-destroyer.js';

/** How it was learnt. */
export type RevocationReason =
  /** A refresh was refused for good. */
  | 'refresh-refused'
  /** The provider told us (an uninstall, a deauthorisation). */
  | 'provider-told'
  /** A call was answered so. */
  | 'call-refused';

/**
 * Access was taken back at the provider. The integration is marked first, so that nothing is begun any
 * more; what follows is repeatable, and is done again by whoever learns of the revocation once more.
 */
@Injectable()
export class MarkRevoked {
  readonly #logger = new Logger(MarkRevoked.name);

  constructor(
    private readonly transaction: KeyedTransaction,
    private readonly integrations: IntegrationsRepository,
    private readonly audit: AuditLog,
    private readonly schedule: SyncSchedule,
    private readonly after: AfterRevocation,
    private readonly modules: ModuleRef,
  ) {}

  /** Repeatable. One that was disconnected here stays so. */
  async execute(integrationId: string, reason: RevocationReason): Promise<void> {
    await this.transaction.run(async (tx) => {
      const moved = await this.integrations.setStatus(
        tx,
        integrationId,
        'revoked',
        'grant_revoked',
      );
      if (!moved) return;
      await this.audit.append(
        { action: 'integration.revoked', targetId: integrationId, details: { reason } },
        tx,
      );
    });
    await this.modules.get(TokenDestroyer, { strict: false }).destroy(integrationId);
    // A new consent that came between the two lost its tokens, and must not look as if it worked.
    await this.transaction.run((tx) => this.integrations.requireTokens(tx, integrationId));
    await this.schedule.remove(integrationId);
    try {
      await this.after.begin(integrationId);
    } catch (error) {
      this.#logger.error(`what follows the revocation of ${integrationId} failed`, error);
    }
  }
}
