import { TenantNotFoundError } from '../../tenancy/tenancy.errors.js';
import type { AdminLog } from '../admin/admin-log.js';
import type { TenantsRepository } from '../catalog/tenants.repository.js';
import { RotationRefusedError } from './keys.errors.js';
import type { KeyRotationsRepository } from './key-rotations.repository.js';
import { isRotatable } from './rotate-keys.js';

/** An administrator asks for a rotation; a worker does it. */
export class StartRotation {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly rotations: KeyRotationsRepository,
    private readonly log: AdminLog,
    private readonly enqueue: (tenantId: string) => Promise<void>,
  ) {}

  /** One that is under way is joined. @throws TenantNotFoundError | RotationRefusedError */
  async execute(tenantId: string): Promise<void> {
    const tenant = await this.tenants.find(tenantId);
    if (tenant === null) throw new TenantNotFoundError();
    if (!isRotatable(tenant.status)) throw new RotationRefusedError(tenantId, tenant.status);
    await this.rotations.request(tenantId);
    await this.log.record('tenant.rotate-keys', tenantId);
    // Lost, the sweep finds the row.
    await this.enqueue(tenantId);
  }
}
