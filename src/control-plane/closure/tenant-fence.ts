import type { TenantPools } from '../../tenancy/pools/tenant-pools.js';

/** Statements already running when the fence goes up get this long before their connection is cut. */
const LAST_STATEMENTS_MS = 2_000;

/**
 * Makes a fence real in this process: connections are drained, so that nothing begun before it goes on
 * behind it. Other processes do the same when the change feed tells them (`entry`). What is due at
 * once goes to the queue at once.
 */
export class TenantFence {
  constructor(
    private readonly pools: TenantPools,
    /** Forgets what this process has cached of the tenant; the others are told by the change feed. */
    private readonly forget: (tenantId: string) => void,
    private readonly enqueuePurge: (tenantId: string) => Promise<void>,
  ) {}

  async raise(tenantId: string, purgeAt?: Date): Promise<void> {
    this.forget(tenantId);
    await this.pools.drain(tenantId, LAST_STATEMENTS_MS);
    // Only a hint by our clock; the purge itself asks the database whether it is due.
    if (purgeAt !== undefined && purgeAt.getTime() <= Date.now()) await this.enqueuePurge(tenantId);
  }

  /** The tenant may go on: its next request sees so at once. */
  lower(tenantId: string): void {
    this.forget(tenantId);
  }
}
