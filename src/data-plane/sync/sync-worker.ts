import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { hasCode } from '../../kernel/app-error.js';
import { newId } from '../../kernel/ids.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { FinishEnding } from './finish-ending.js';
import { backoffMs } from './run/retry-times.js';
import { type NextSync, RunSync } from './run/run-sync.js';
import { SyncObserver } from './sync-observer.js';
import { type DueSync, SyncSchedule } from './sync-schedule.js';
import { SyncStoppedError } from './sync.errors.js';
import { SyncSettings } from './sync.settings.js';

const HOUR_MS = 3_600_000;
/** A lease is kept so many times before it would run out. */
const RENEWALS = 3;

/**
 * Runs what is due, so much at once. There is no queue between the schedule and the work: what is due is a
 * row with a lease, so a worker that dies leaves nothing behind but a lease that runs out.
 */
@Injectable()
export class SyncWorker implements BeforeApplicationShutdown {
  readonly #holder = newId('wrk');
  readonly #running = new Map<string, Promise<void>>();
  readonly #leases = new Set<AbortController>();
  #stopping = false;
  #claiming: Promise<void> | null = null;

  constructor(
    private readonly tenancy: Tenancy,
    private readonly schedule: SyncSchedule,
    private readonly run: RunSync,
    private readonly ending: FinishEnding,
    private readonly observer: SyncObserver,
    private readonly settings: SyncSettings,
  ) {}

  get running(): number {
    return this.#running.size;
  }

  /** Takes what is due into the free places. Resolves when it is under way, not when it is done. */
  async sweep(): Promise<void> {
    this.#claiming ??= this.#claim().finally(() => (this.#claiming = null));
    await this.#claiming;
  }

  /** Begins nothing more; what is under way keeps what it has and gives its place back. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const lease of this.#leases) lease.abort(new SyncStoppedError());
    await this.#claiming?.catch(() => undefined);
    await this.idle();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  async #claim(): Promise<void> {
    const { slots, slotsPerTenant, leaseMs } = this.settings;
    const free = slots - this.#running.size;
    if (free <= 0 || this.#stopping) return;
    const due = await this.tenancy.central(() =>
      this.schedule.claim({
        holder: this.#holder,
        limit: free,
        perTenant: slotsPerTenant,
        leaseMs,
      }),
    );
    for (const sync of due) this.#start(sync);
  }

  #start(sync: DueSync): void {
    // Two tenants may have integrations of the same id: each can write what it likes into its own rows.
    const key = `${sync.tenantId}/${sync.integrationId}`;
    // Held already: the lease ran out under our hands, and the run that has it will notice.
    if (this.#running.has(key)) return;
    const running = this.#work(sync)
      .catch((error: unknown) => this.observer.broke(error))
      .finally(() => {
        this.#running.delete(key);
        this.sweep().catch((error: unknown) => this.observer.broke(error));
      });
    this.#running.set(key, running);
  }

  async #work(sync: DueSync): Promise<void> {
    const next = await this.#outcome(sync);
    if (next === 'lost') return;
    await this.#inTenantOf(sync, () =>
      next === null
        ? this.#giveUp(sync)
        : this.schedule.settle(sync.integrationId, this.#holder, next),
    );
  }

  /** Looks once more behind it: who connects it again at this moment has put it in before. */
  async #giveUp({ integrationId }: DueSync): Promise<void> {
    if (!(await this.schedule.giveUp(integrationId, this.#holder))) return;
    const isActive = await this.run.isDue(integrationId).catch(() => false);
    if (!isActive) return;
    const dueAt = new Date(this.settings.now());
    await this.schedule.hasten({ integrationId, dueAt, cause: 'connect' });
  }

  #inTenantOf<T>({ tenantId }: DueSync, work: () => Promise<T>): Promise<T> {
    return this.tenancy.run(tenantId, { kind: 'system', job: 'sync.run' }, work);
  }

  async #outcome(sync: DueSync): Promise<NextSync> {
    const lease = this.#keep(sync);
    try {
      return await this.#inTenantOf(sync, () => this.#inTenant(sync, lease.signal));
    } catch (error) {
      // Its entries went with it.
      if (hasCode(error, 'tenant_not_found')) return 'lost';
      this.observer.broke(error);
      const dueAt = new Date(this.settings.now() + backoffMs(sync.failures));
      return { dueAt, failures: sync.failures + 1 };
    } finally {
      lease.release();
    }
  }

  async #inTenant(sync: DueSync, signal: AbortSignal): Promise<NextSync> {
    const { status } = this.tenancy.current().tenant;
    if (status === 'purging' || status === 'purged') return null;
    // Also where nothing is read: what was promised of it has a term.
    if (sync.ending && (await this.ending.execute(sync.integrationId))) return null;
    if (status !== 'active') {
      return { dueAt: new Date(this.settings.now() + HOUR_MS), failures: sync.failures };
    }
    return this.run.execute(sync, signal);
  }

  /** Keeps the lease while it works; the signal comes when it is lost, and at a shutdown. */
  #keep(sync: DueSync): { signal: AbortSignal; release(): void } {
    const lease = new AbortController();
    if (this.#stopping) lease.abort(new SyncStoppedError());
    this.#leases.add(lease);
    const renew = setInterval(
      () => void this.#renew(sync, lease),
      this.settings.leaseMs / RENEWALS,
    );
    return {
      signal: lease.signal,
      release: () => {
        clearInterval(renew);
        this.#leases.delete(lease);
      },
    };
  }

  async #renew(sync: DueSync, lease: AbortController): Promise<void> {
    try {
      const { leaseMs } = this.settings;
      const isOurs = await this.#inTenantOf(sync, () =>
        this.schedule.renew(sync.integrationId, this.#holder, leaseMs),
      );
      if (!isOurs) lease.abort(new SyncStoppedError());
    } catch {
      // The catalog is away: what is committed is up to the fence, whatever becomes of the lease.
    }
  }
}
