import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../../tenancy/tenant-database.js';
import { IntegrationLimitError } from '../integrations.errors.js';

const INTEGRATIONS_MAX = 100;

/**
 * Those who begin or finish connections of one tenant go one after the other, so that limits hold and an
 * account is connected once. To be entered before any other row is locked.
 */
@Injectable()
export class ConnectionDoor {
  /** Held until the transaction ends. */
  async enter(tx: Queryable): Promise<void> {
    // A row of the tenant's own. An advisory lock would be one of all tenants of a shared database: each
    // could see it in pg_locks, and hold it.
    await tx.query({ text: 'SELECT FROM organization FOR UPDATE', values: [] });
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
