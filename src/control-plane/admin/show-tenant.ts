import { AppError } from '../../kernel/app-error.js';
import { TenantNotFoundError } from '../../tenancy/tenancy.errors.js';
import type { TenantRecord } from '../../tenancy/tenant-record.js';
import type { Tenancy } from '../../tenancy/tenancy.js';
import type { TenantsRepository } from '../catalog/tenants.repository.js';
import { isRotatable } from '../keys/rotate-keys.js';

export interface OrganizationNames {
  name: string;
  slug: string;
}

/** What the tenant calls itself. A port: it lies sealed in the tenant's own database. Called in its scope. */
export abstract class ReadNames {
  abstract names(): Promise<OrganizationNames>;
}

export interface ShownTenant {
  record: TenantRecord;
  /** Opened with the tenant's key; null while there is none to open it with. */
  organization: OrganizationNames | null;
}

/** One tenant, as an administrator may see it. The catalog itself names nobody. */
export class ShowTenant {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly tenancy: Tenancy,
    private readonly read: ReadNames,
  ) {}

  /** @throws TenantNotFoundError */
  async execute(tenantId: string): Promise<ShownTenant> {
    const record = await this.tenants.find(tenantId);
    if (record === null) throw new TenantNotFoundError();
    return { record, organization: await this.#names(record) };
  }

  /** With the key store or the database away, an administrator needs the rest all the more. */
  async #names(tenant: TenantRecord): Promise<OrganizationNames | null> {
    if (!isRotatable(tenant.status)) return null;
    const actor = { kind: 'administrator' } as const;
    const requestId = this.tenancy.requestId();
    try {
      return await this.tenancy.enter({ kind: 'tenant', tenant, actor, requestId }, () =>
        this.read.names(),
      );
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
  }
}
