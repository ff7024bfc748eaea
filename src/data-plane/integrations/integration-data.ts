import type { Queryable } from '../../tenancy/tenant-database.js';

/** What was derived from an integration. A port: the metric store implements it. */
export abstract class IntegrationData {
  /** All of it is gone when the transaction is. Repeatable; needs no keys. */
  abstract forget(tx: Queryable, integrationId: string): Promise<void>;
}
