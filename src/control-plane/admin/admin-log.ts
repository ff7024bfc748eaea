import type { Tenancy } from '../../tenancy/tenancy.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';

/** What administrators did, in the catalog: verbs and ids. */
export class AdminLog {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly tenancy: Tenancy,
  ) {}

  async record(action: string, tenantId: string | null): Promise<void> {
    await this.catalog.query(
      'INSERT INTO admin_events (action, tenant_id, request_id) VALUES ($1, $2, $3)',
      [action, tenantId, this.tenancy.requestId() ?? null],
    );
  }
}
