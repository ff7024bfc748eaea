import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../tenancy/tenant-database.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { AccessChanges } from '../access/access-changes.js';
import { RoleTooSmallError } from '../access/access.errors.js';
import { roleOf } from '../access/caller.js';
import { covers } from '../access/role-order.js';
import { AuditLog } from '../audit/audit-log.js';
import { ApiKeyNotFoundError } from './api-keys.errors.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** Ends an API key: in this process at once, in the others within a second. A key may end itself. */
@Injectable()
export class RevokeApiKey {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly database: TenantDatabase,
    private readonly apiKeys: ApiKeysRepository,
    private readonly audit: AuditLog,
    private readonly access: AccessChanges,
  ) {}

  /** @throws ApiKeyNotFoundError | RoleTooSmallError */
  async execute(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const role = await this.apiKeys.lock(tx, id);
      if (role === null) throw new ApiKeyNotFoundError();
      if (!covers(roleOf(this.tenancy), role)) throw new RoleTooSmallError(role);
      await this.apiKeys.remove(tx, id);
      await this.audit.append({ action: 'api-key.revoked', targetId: id }, tx);
    });
    await this.access.announce();
  }
}
