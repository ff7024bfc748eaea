import type { TenantRecord } from './tenant-record.js';

/**
 * Who a tenant is and where it lives. A port: the catalog implements it
 * (`src/control-plane/catalog/catalog-directory.ts`).
 */
export abstract class TenantDirectory {
  /** The cached record when it may be trusted, else undefined: costs nothing. */
  abstract peek(tenantId: string): TenantRecord | undefined;
  /** The record, or null where there is no such tenant. @throws DatabaseUnavailableError */
  abstract find(tenantId: string): Promise<TenantRecord | null>;
}
