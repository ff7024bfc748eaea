import { Injectable, Logger } from '@nestjs/common';
import { newId } from '../../../kernel/ids.js';
import { TenantDatabase } from '../../../tenancy/tenant-database.js';
import { AuditLog } from '../../audit/audit-log.js';
import { SyncSchedule } from '../../sync/sync-schedule.js';
import { deletionDueAt } from '../deletion-due.js';
import { IntegrationNotFoundError } from '../integrations.errors.js';
import { type Ending, EndingsRepository } from './endings.repository.js';
import { FinishDisconnection } from './finish-disconnection.js';

export interface Disconnection {
  status: 'disconnected';
  /** By when nothing derived from it is left. */
  dataDeletionDueAt: Date;
  receipt: string;
}

/** Longer than a finishing takes whose provider and store answer slowly; a second one at once does no harm. */
const LEASE_MS = 90_000;

/** Until it is tried again; each failure after it doubles the wait. */
const RETRY_MS = 15_000;

/**
 * Ends an integration. The first step needs no keys and no provider, and when it is committed nothing
 * is read any more: no token is handed out, no sync begun. The rest is done right behind it; where that
 * fails, or the process dies, the sweep of syncs goes on with it.
 *
 * For that the catalog is told before the commit. A crash between the two leaves an entry for an
 * integration that is still there, and is synced when the lease is over. The other order could leave one
 * that nobody finishes.
 */
@Injectable()
export class DisconnectIntegration {
  readonly #logger = new Logger(DisconnectIntegration.name);

  constructor(
    private readonly database: TenantDatabase,
    private readonly endings: EndingsRepository,
    private readonly audit: AuditLog,
    private readonly schedule: SyncSchedule,
    private readonly finish: FinishDisconnection,
  ) {}

  /**
   * Repeatable. When it resolves access has ended here; the rest is done, or goes on by itself.
   *
   * @throws IntegrationNotFoundError; and the database's errors, where nothing was done
   */
  async execute(id: string): Promise<Disconnection> {
    const holder = newId('end');
    const ending = await this.#begin(id, holder);
    if (ending.isOurs) await this.#finish(id, holder);
    return {
      status: 'disconnected',
      dataDeletionDueAt: deletionDueAt(ending.disconnectedAt),
      receipt: ending.receipt,
    };
  }

  async #begin(id: string, holder: string): Promise<Ending & { isOurs: boolean }> {
    try {
      return await this.database.transaction(async (tx) => {
        const ending = await this.endings.begin(tx, id, newId('rcp'));
        if (ending === null) throw new IntegrationNotFoundError();
        if (ending.first) {
          await this.audit.append({ action: 'integration.disconnected', targetId: id }, tx);
        }
        if (ending.done) return { ...ending, isOurs: false };
        const entry = { integrationId: id, holder, leaseMs: LEASE_MS };
        return { ...ending, isOurs: await this.schedule.end(entry) };
      });
    } catch (error) {
      if (!(error instanceof IntegrationNotFoundError)) await this.#giveBack(id, holder, 0);
      throw error;
    }
  }

  async #finish(id: string, holder: string): Promise<void> {
    try {
      await this.finish.execute(id);
      await this.schedule.giveUp(id, holder);
    } catch (error) {
      this.#logger.error(`the end of ${id} broke off; the sweep goes on with it`, error);
      await this.#giveBack(id, holder, 1);
    }
  }

  /** Where the catalog is away too, the lease runs out instead. */
  async #giveBack(id: string, holder: string, failures: number): Promise<void> {
    const dueAt = new Date(Date.now() + failures * RETRY_MS);
    await this.schedule.settle(id, holder, { dueAt, failures }).catch((error: unknown) => {
      this.#logger.warn(`${id} is seen to when its lease is over`, error);
    });
  }
}
