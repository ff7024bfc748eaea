import { TenantNotFoundError } from '../../tenancy/tenancy.errors.js';
import type { Retries, Work } from '../catalog/retries.js';
import type { TenantsRepository } from '../catalog/tenants.repository.js';
import type { AdminLog } from './admin-log.js';

/** An administrator has put right what was in the way: what waits after a failure is tried at once. */
export class RetryWork {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly retries: Retries,
    private readonly log: AdminLog,
    private readonly enqueuePurge: (tenantId: string) => Promise<void>,
  ) {}

  /** @returns what waited, by name; none is no error. @throws TenantNotFoundError */
  async execute(tenantId: string): Promise<Work[]> {
    if ((await this.tenants.find(tenantId)) === null) throw new TenantNotFoundError();
    const waited = await this.retries.hasten(tenantId);
    await this.log.record('tenant.retry', tenantId);
    // Lost, the sweep finds it; as it does the rest.
    if (waited.includes('purge')) await this.enqueuePurge(tenantId);
    return waited;
  }
}
