import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../kernel/app-error.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import {
  type AccountHolder,
  ProviderAccountDirectory,
} from '../webhooks/provider-account-directory.js';
import { SyncSchedule } from '../sync/sync-schedule.js';
import { TokenBroker } from './token-broker.js';

/** One round's share; with a round every minute, 288,000 connections a day and process. */
const AT_ONCE = 200;
const CONCURRENCY = 8;
const DAY_MS = 24 * 3_600_000;

/**
 * Looks once a day at every connection, whether or not it is synced: so that a revocation at the provider
 * is noticed within a day, and a refresh token that dies of idleness does not. And so that one whose place
 * in the schedule was lost, as with a catalog from a backup, is synced again a day later.
 */
@Injectable()
export class ProbeConnections {
  readonly #logger = new Logger(ProbeConnections.name);

  constructor(
    private readonly directory: ProviderAccountDirectory,
    private readonly tenancy: Tenancy,
    private readonly broker: TokenBroker,
    private readonly schedule: SyncSchedule,
  ) {}

  /** @returns how many were looked at */
  async execute(): Promise<number> {
    const due = await this.tenancy.central(() => this.directory.dueForProbe(AT_ONCE));
    const waiting = [...due];
    const worker = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        await this.#probe(next);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    return due.length;
  }

  /** One that fails is seen to tomorrow, or by its next sync; the others go on. */
  async #probe({ tenantId, integrationId }: AccountHolder): Promise<void> {
    const actor = { kind: 'system', job: 'tokens.probe' } as const;
    try {
      await this.tenancy.run(tenantId, actor, async () => {
        await this.broker.probe(integrationId);
        // Nothing to one that has a place: it is due sooner.
        const dueAt = new Date(Date.now() + DAY_MS);
        await this.schedule.hasten({ integrationId, dueAt, cause: 'schedule' });
      });
    } catch (error) {
      // What the broker says is written down where it belongs; the rest is for who runs this.
      if (error instanceof AppError && EXPECTED.has(error.code)) return;
      this.#logger.warn(`${integrationId} could not be looked at`, error);
    }
  }
}

const EXPECTED = new Set([
  'grant_missing',
  'grant_revoked',
  'reconnect_needed',
  'token_refresh_failed',
  'tenant_not_found',
]);
