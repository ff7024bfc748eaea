import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import type { Placement } from '../../tenancy/tenant-record.js';
import { asOwner } from '../provisioning/as-owner.js';
import type { ServerAdmin } from '../provisioning/server-admin.js';

/**
 * Rewrites the tenant's tables as large as their rows are. Deleting alone leaves files as they were, with
 * room in them that only this tenant could use again, so who is full and has deleted would stay full.
 * Locks one table at a time, for as long as its rewriting takes.
 */
export async function reclaimSpace(admin: ServerAdmin, placement: Placement): Promise<void> {
  await asOwner(admin, placement, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class
        WHERE relnamespace = to_regnamespace(quote_ident($1)) AND relkind = 'r' ORDER BY relpages`,
      [placement.schema],
    );
    for (const { name } of rows)
      await client.query(`VACUUM (FULL, ANALYZE) ${sqlIdentifier(name)}`);
  });
}
