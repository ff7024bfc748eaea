import type { Client } from 'pg';
import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import type { Placement } from '../../tenancy/tenant-record.js';
import type { ServerAdmin } from './server-admin.js';

/** Whoever sits on a lock of a tenant's table delays that tenant and nobody else, and not for long. */
const LOCK_MS = 2_000;
/** No change of a schema looks at rows. */
const STATEMENT_MS = 60_000;

/**
 * Work inside a tenant's place, on a connection of its own, as the role that owns everything there. The
 * names that the work uses are found in the tenant's schema and nowhere else.
 */
export function asOwner<T>(
  admin: ServerAdmin,
  { database, schema, ownerRole }: Placement,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  return admin.inDatabase(database, async (client) => {
    // As in `rotate-login.ts`: the control role acts as the owner by way of the warden.
    await client.query(`SET ROLE ${sqlIdentifier(admin.wardenRole)};
      SET ROLE ${sqlIdentifier(ownerRole)}; SET search_path = ${sqlIdentifier(schema)};
      SET lock_timeout = ${LOCK_MS}; SET statement_timeout = ${STATEMENT_MS}`);
    return work(client);
  });
}
