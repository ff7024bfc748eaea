import { Injectable } from '@nestjs/common';
import { Tenancy } from '../../tenancy/tenancy.js';
import { TenantDirectory } from '../../tenancy/tenant-directory.js';
import type { TenantRecord } from '../../tenancy/tenant-record.js';
import type { TenantStatus } from '../../tenancy/tenant-status.js';

/**
 * Ways into a tenant for people who have no credential yet: who signs in, who holds a link. All that
 * stands in the way (no such tenant, not served now) is null, since such callers are told nothing.
 */
@Injectable()
export class TenantDoors {
  constructor(
    private readonly directory: TenantDirectory,
    private readonly tenancy: Tenancy,
  ) {}

  /**
   * Runs `work` inside the tenant, if it is in one of these states.
   *
   * @param job what the audit log calls the stranger until a member is known
   */
  async enter<T>(
    tenantId: string | null,
    statuses: readonly TenantStatus[],
    job: string,
    work: (tenant: TenantRecord) => Promise<T>,
  ): Promise<T | null> {
    if (tenantId === null) return null;
    const tenant = this.directory.peek(tenantId) ?? (await this.directory.find(tenantId));
    if (tenant === null || !statuses.includes(tenant.status)) return null;
    const actor = { kind: 'system', job } as const;
    const requestId = this.tenancy.requestId();
    return this.tenancy.enter({ kind: 'tenant', tenant, actor, requestId }, () => work(tenant));
  }
}
