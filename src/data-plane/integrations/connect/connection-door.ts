import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../../tenancy/tenant-database.js';
import { Tenancy } from '../../../tenancy/tenancy.js';
import { IntegrationLimitError } from '../integrations.errors.js';

const INTEGRATIONS_MAX = 100;

/** Those who begin connections of one tenant go one after the other, so that limits hold. */
@Injectable()
export class ConnectionDoor {
  constructor(private readonly tenancy: Tenancy) {}

  /** Held until the transaction ends. */
  async enter(tx: Queryable): Promise<void> {
    // By the tenant's id: the tenants of a shared database share these locks.
    await tx.query({
      text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 4))',
      values: [this.tenancy.current().tenant.id],
    });
  }

  /** @throws IntegrationLimitError where one more would be too many */
  async requireRoom(tx: Queryable): Promise<void> {
    const [row] = await tx.query<{ there: number }>({
      text: `SELECT count(*)::int AS there FROM integrations WHERE status <> 'disconnected'`,
      values: [],
    });
    if ((row?.there ?? 0) >= INTEGRATIONS_MAX) throw new IntegrationLimitError(INTEGRATIONS_MAX);
  }
}
