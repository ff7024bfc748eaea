import { TenantNotFoundError } from '../../tenancy/tenancy.errors.js';
import type { TenantRecord } from '../../tenancy/tenant-record.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { TenantsRepository } from '../catalog/tenants.repository.js';
import { closureAnswer, type ClosureAnswer } from '../closure/close-own-account.js';
import type { ClosureLink } from '../closure/closure-link.js';
import type { RequestClosure } from '../closure/request-closure.js';
import type { TenantFence } from '../closure/tenant-fence.js';
import type { AdminLog } from './admin-log.js';

/** What an administrator may do to a tenant that exists. Each is refused where the state table forbids it. */
export class ChangeTenant {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly tenants: TenantsRepository,
    private readonly closures: RequestClosure,
    private readonly fence: TenantFence,
    private readonly link: ClosureLink,
    private readonly log: AdminLog,
  ) {}

  /** Nobody of the tenant gets in until it is resumed. */
  async suspend(tenantId: string): Promise<TenantRecord> {
    await this.catalog.transaction((tx) => this.tenants.move(tx, tenantId, 'suspended'));
    await this.fence.raise(tenantId);
    await this.log.record('tenant.suspend', tenantId);
    return this.show(tenantId);
  }

  async resume(tenantId: string): Promise<TenantRecord> {
    // From `closing` the way back is a cancellation, which is the owner's.
    await this.catalog.transaction((tx) => this.tenants.move(tx, tenantId, 'active', 'suspended'));
    this.fence.lower(tenantId);
    await this.log.record('tenant.resume', tenantId);
    return this.show(tenantId);
  }

  async close(tenantId: string, graceDays?: number): Promise<ClosureAnswer> {
    const closure = await this.closures.execute(tenantId, 'administrator', graceDays);
    await this.fence.raise(tenantId, closure.purgeAt);
    await this.log.record('tenant.close', tenantId);
    return closureAnswer(closure, this.link);
  }

  /** @throws TenantNotFoundError */
  async show(tenantId: string): Promise<TenantRecord> {
    const record = await this.tenants.find(tenantId);
    if (record === null) throw new TenantNotFoundError();
    return record;
  }
}
