import type { CatalogDatabase } from '../catalog/catalog-database.js';

/** Tenants whose purge is due by the database's clock, not being worked on, and not waiting after a failure. */
export class DuePurges {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly enqueue: (tenantId: string) => Promise<void>,
  ) {}

  /** Puts each into the queue. @returns how many */
  async execute(): Promise<number> {
    const rows = await this.catalog.query<{ tenant_id: string }>(
      `SELECT d.tenant_id FROM deadlines d JOIN tenants t ON t.id = d.tenant_id
        WHERE d.kind = 'purge' AND d.met_at IS NULL AND d.dropped_at IS NULL AND d.due_at <= now()
          AND coalesce(t.lease_until < now(), true)
          AND NOT EXISTS (SELECT FROM retries r
            WHERE r.work = 'purge' AND r.subject = d.tenant_id AND r.due_at > now())
        ORDER BY d.due_at LIMIT 500`,
    );
    for (const row of rows) await this.enqueue(row.tenant_id);
    return rows.length;
  }
}
