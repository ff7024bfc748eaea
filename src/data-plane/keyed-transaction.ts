import { Injectable } from '@nestjs/common';
import { TenantKeys } from '../tenancy/keys/tenant-keys.js';
import { type Queryable, TenantDatabase } from '../tenancy/tenant-database.js';

/**
 * A transaction in which the tenant's keys are used: to open or seal rows, or the details of an audit
 * event. The keys are in hand before it takes a connection, and stay so to its end, since fetching them
 * inside would take a second one and make whoever waits for the first one's locks wait for the key store
 * too. Where they are overwritten meanwhile it is rolled back and begun anew.
 *
 * What needs no key (ending a session, revoking a key) stays on `TenantDatabase`, so that it works
 * while the key store does not.
 */
@Injectable()
export class KeyedTransaction {
  constructor(
    private readonly keys: TenantKeys,
    private readonly database: TenantDatabase,
  ) {}

  /** As `TenantDatabase.transaction`. @throws also the key store's errors, before anything began */
  async run<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.keys.holding(() => this.database.transaction(work));
  }
}
