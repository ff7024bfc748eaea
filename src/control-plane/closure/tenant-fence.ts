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
    private readonly enqueuePurge: (tenantId: string) => Promise<void>,
  ) {}

  async raise(tenantId: string, purgeAt?: Date): Promise<void> {
    await this.pools.drain(tenantId, LAST_STATEMENTS_MS);
    // Only a hint by our clock; the purge itself asks the database whether it is due.
    if (purgeAt !== undefined && purgeAt.getTime() <= Date.now()) await this.enqueuePurge(tenantId);
  }
}
