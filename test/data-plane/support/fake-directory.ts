import { TenantDirectory } from '../../../src/tenancy/tenant-directory.js';
import type { TenantRecord } from '../../../src/tenancy/tenant-record.js';
import type { TenantStatus } from '../../../src/tenancy/tenant-status.js';

/** A catalog in memory; moves of a tenant show at once. */
export class FakeDirectory extends TenantDirectory {
  readonly #records = new Map<string, TenantRecord>();

  override peek(tenantId: string): TenantRecord | undefined {
    return this.#records.get(tenantId);
  }

  override find(tenantId: string): Promise<TenantRecord | null> {
    return Promise.resolve(this.#records.get(tenantId) ?? null);
  }

  put(record: TenantRecord): void {
    this.#records.set(record.id, record);
  }

  move(tenantId: string, status: TenantStatus): void {
    const record = this.#records.get(tenantId);
    if (record === undefined) throw new Error('No such tenant in this test.');
    this.#records.set(tenantId, { ...record, status });
  }
}
