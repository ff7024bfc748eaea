import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../tenancy/tenant-database.js';
import { IntegrationNotFoundError } from '../integrations/integrations.errors.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { SyncRunsRepository } from './sync-runs.repository.js';
import { SyncSchedule } from './sync-schedule.js';
import { IntegrationNotActiveError } from './sync.errors.js';
import { SyncSettings } from './sync.settings.js';

/** Between two runs that somebody asked for. Who asks more often gets the one that is coming. */
const EVERY_MS = 15_000;

/** Somebody does not want to wait for the schedule. */
@Injectable()
export class RequestSync {
  constructor(
    private readonly database: TenantDatabase,
    private readonly integrations: IntegrationsRepository,
    private readonly runs: SyncRunsRepository,
    private readonly schedule: SyncSchedule,
    private readonly settings: SyncSettings,
  ) {}

  /**
   * @returns when it will be at the latest
   * @throws IntegrationNotFoundError | IntegrationNotActiveError
   */
  async execute(id: string): Promise<Date> {
    const integration = await this.integrations.find(id);
    if (integration === null) throw new IntegrationNotFoundError();
    if (integration.status !== 'active') throw new IntegrationNotActiveError(integration.status);
    const last = await this.runs.lastRequestedAt(id);
    const now = this.settings.now();
    const dueAt = new Date(last === null ? now : Math.max(now, last.getTime() + EVERY_MS));
    const { nextSyncAt } = integration;
    await this.schedule.hasten({ integrationId: id, dueAt, cause: 'request' });
    if (nextSyncAt !== null && nextSyncAt <= dueAt) return nextSyncAt;
    await this.integrations.setNextSync(this.database, id, dueAt);
    return dueAt;
  }
}
