import type { Placement } from '../../tenancy/tenant-record.js';
import { asOwner } from '../provisioning/as-owner.js';
import type { ServerAdmin } from '../provisioning/server-admin.js';

export interface Measured {
  bytes: number;
  rows: number;
}

/**
 * A database is measured whole, with everything that anybody could have made in it; a schema by its tables,
 * with their indexes and long values. Rows are what the server's statistics say, or, where a crash took
 * those, its last look at the table.
 */
const MEASURE = `SELECT
    CASE WHEN $2 THEN pg_database_size(current_database())
         ELSE (SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c
                WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relkind IN ('r', 'm')) END::text AS bytes,
    (SELECT coalesce(sum(CASE WHEN s.n_live_tup + s.n_tup_ins + s.n_tup_del > 0 THEN s.n_live_tup
                              ELSE greatest(c.reltuples, 0) END), 0)
       FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
      WHERE s.schemaname = $1)::bigint::text AS rows`;

export function measurePlace(admin: ServerAdmin, placement: Placement): Promise<Measured> {
  return asOwner(admin, placement, async (client) => {
    const { rows } = await client.query<{ bytes: string; rows: string }>(MEASURE, [
      placement.schema,
      placement.isolation === 'database',
    ]);
    return { bytes: Number(rows[0]?.bytes), rows: Number(rows[0]?.rows) };
  });
}
