import { Injectable } from '@nestjs/common';
import type { Account } from '../../../connectors/kit/account.js';
import { TenantDatabase } from '../../../tenancy/tenant-database.js';
import {
  type Integration,
  IntegrationsRepository,
} from '../../integrations/integrations.repository.js';
import { MarkRevoked } from '../../integrations/mark-revoked.js';
import { MetricStore } from '../../metrics/store/metric-store.js';
import { SyncFence, type TakenFence } from '../sync-fence.js';
import { SyncObserver } from '../sync-observer.js';
import { type BegunRun, type RunStatus, SyncRunsRepository } from '../sync-runs.repository.js';
import type { SyncCause } from '../sync-schedule.js';
import { SyncSettings } from '../sync.settings.js';
import { type Failure, judgeFailure } from './judge-failure.js';
import { askedWaitMs, backoffMs, rarelyMs } from './retry-times.js';
import { TakeTurn, type TurnEnd } from './take-turn.js';

export interface SyncOrder {
  integrationId: string;
  cause: SyncCause;
  /** In a row, before this. */
  failures: number;
}

/** When it is due again. Null: never, it is no longer read. `lost`: somebody else goes on with it. */
export type NextSync = { dueAt: Date; failures: number } | null | 'lost';

type Ready = Integration & { account: Account };

/** One turn of reading an integration of the tenant in context, and what is written down about it. */
@Injectable()
export class RunSync {
  constructor(
    private readonly database: TenantDatabase,
    private readonly integrations: IntegrationsRepository,
    private readonly fence: SyncFence,
    private readonly runs: SyncRunsRepository,
    private readonly turn: TakeTurn,
    private readonly store: MetricStore,
    private readonly revoked: MarkRevoked,
    private readonly observer: SyncObserver,
    private readonly settings: SyncSettings,
  ) {}

  /** Fails only where not even that could be written down. */
  async execute(order: SyncOrder, signal: AbortSignal): Promise<NextSync> {
    const integration = await this.integrations.find(order.integrationId);
    if (integration === null || !isReady(integration)) return null;
    const begun = await this.#begin(integration, order);
    if (begun === null) return null;
    const startedAt = this.settings.now();
    const { status, next } = await this.#work(integration, begun, order, signal);
    this.observer.turn({
      provider: integration.provider,
      status,
      seconds: (this.settings.now() - startedAt) / 1_000,
    });
    return next;
  }

  /** Whether there is something to read at all. */
  async isDue(integrationId: string): Promise<boolean> {
    const integration = await this.integrations.find(integrationId);
    return integration !== null && isReady(integration);
  }

  #begin(
    { id }: Ready,
    { cause }: SyncOrder,
  ): Promise<{ fence: TakenFence; run: BegunRun } | null> {
    return this.database.transaction(async (tx) => {
      const fence = await this.fence.take(tx, id);
      if (fence === null) return null;
      const run = await this.runs.begin(tx, id, cause, new Date(this.settings.now()));
      return { fence, run };
    });
  }

  async #work(
    integration: Ready,
    { fence, run }: { fence: TakenFence; run: BegunRun },
    order: SyncOrder,
    signal: AbortSignal,
  ): Promise<{ status: RunStatus | 'lost'; next: NextSync }> {
    try {
      const end = await this.turn.execute(integration, fence, run, signal);
      return await this.#ended(integration, fence, run.id, end);
    } catch (error) {
      const failure = judgeFailure(error);
      if (failure.kind === 'fenced') return this.#fenced(fence, run.id);
      this.observer.failed(integration.provider, failure, error);
      return this.#failed(integration, fence, run.id, failure, order.failures);
    }
  }

  async #ended(
    { id }: Ready,
    fence: TakenFence,
    runId: string,
    end: TurnEnd,
  ): Promise<{ status: RunStatus; next: NextSync }> {
    const status = end.more ? 'paused' : 'done';
    const at = new Date(this.settings.now());
    const nextAt = new Date(end.dueAt);
    await this.database.transaction(async (tx) => {
      await this.fence.hold(tx, fence);
      await this.runs.end(tx, runId, { status, problem: end.problem, at });
      if (end.current) {
        await this.integrations.setSynced(tx, id, { at, nextAt, quality: end.quality });
      }
      if (!end.current || end.problem !== null) {
        await this.integrations.setNextSync(tx, id, nextAt, end.problem);
      }
    });
    if (status === 'done') await this.#tidy(id);
    return { status, next: { dueAt: nextAt, failures: 0 } };
  }

  async #failed(
    integration: Ready,
    fence: TakenFence,
    runId: string,
    failure: Exclude<Failure, { kind: 'fenced' }>,
    failures: number,
  ): Promise<{ status: RunStatus | 'lost'; next: NextSync }> {
    const now = this.settings.now();
    const status = failure.kind === 'wait' || failure.kind === 'stopped' ? 'paused' : 'failed';
    const problem = 'code' in failure ? failure.code : null;
    const next = nextOf(failure, failures, now);
    const isOurs = await this.database.transaction(async (tx) => {
      if (!(await this.fence.isNewest(tx, fence))) return false;
      await this.runs.end(tx, runId, { status, problem, at: new Date(now) });
      if (next !== null) {
        await this.integrations.setNextSync(tx, integration.id, next.dueAt, problem);
      }
      return true;
    });
    if (!isOurs) return { status: 'lost', next: 'lost' };
    if (failure.kind === 'ended') await this.#endFor(integration, failure.code);
    return { status, next };
  }

  /** Taken over by another run, which has the row of this one; or the integration was ended meanwhile. */
  async #fenced(
    fence: TakenFence,
    runId: string,
  ): Promise<{ status: RunStatus | 'lost'; next: NextSync }> {
    const isOurs = await this.database.transaction(async (tx) => {
      if (!(await this.fence.isNewest(tx, fence))) return false;
      const at = new Date(this.settings.now());
      await this.runs.end(tx, runId, { status: 'failed', problem: 'integration_not_active', at });
      return true;
    });
    return isOurs ? { status: 'failed', next: null } : { status: 'lost', next: 'lost' };
  }

  /** Who holds the tokens has marked it where it noticed first; elsewhere it is marked here. */
  async #endFor({ id }: Ready, code: string): Promise<void> {
    if (code === 'provider_revoked') await this.revoked.execute(id, 'call-refused');
    else await this.integrations.setStatus(this.database, id, 'reconnect', code);
  }

  /** Whatever fails here is done at the end of another run. */
  async #tidy(integrationId: string): Promise<void> {
    try {
      await this.store.compact(integrationId);
      await this.runs.deleteOld(integrationId);
    } catch (error) {
      this.observer.untidy(error);
    }
  }
}

function isReady(integration: Integration): integration is Ready {
  return integration.status === 'active' && integration.account !== null;
}

function nextOf(
  failure: Exclude<Failure, { kind: 'fenced' }>,
  failures: number,
  now: number,
): Exclude<NextSync, 'lost'> {
  const after = (ms: number, count: number) => ({ dueAt: new Date(now + ms), failures: count });
  switch (failure.kind) {
    case 'wait':
      return after(askedWaitMs(failure.waitMs), failures);
    case 'stopped':
      return after(0, failures);
    case 'rarely':
      return after(rarelyMs(), failures + 1);
    case 'ended':
      return null;
    case 'later':
    case 'page':
    case 'stream':
      return after(backoffMs(failures), failures + 1);
  }
}
