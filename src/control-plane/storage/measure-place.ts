import type { Placement } from '../../tenancy/tenant-record.js';
import type { ServerAdmin } from '../provisioning/server-admin.js';

export interface Measured {
  bytes: number;
  rows: number;
  /** Rows and pieces of long values that are there. */
  live: number;
  /** The same that were deleted or replaced since the server began to count. */
  gone: number;
}

/** Whoever sits on a lock of a tenant's table delays that tenant and nobody else, and not for long. */
const LOCK_MS = 2_000;

/**
 * A database is measured whole, with everything that anybody could have made in it; a schema by its tables,
 * with their indexes and long values. Rows are what the server's statistics say, or, where a crash took
 * those, its last look at the table. A long value lies in pieces in a table beside, which is counted too: a
 * few rows may be most of what there is.
 */
const MEASURE = `WITH tables AS (
    SELECT c.oid, c.reltuples, c.reltoastrelid FROM pg_class c
     WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relkind IN ('r', 'm')),
  counted AS (
    SELECT sum(s.n_live_tup) AS live, sum(s.n_tup_del + s.n_tup_upd) AS gone
      FROM pg_stat_all_tables s
     WHERE s.relid IN (SELECT oid FROM tables UNION ALL SELECT reltoastrelid FROM tables))
  SELECT
    CASE WHEN $2 THEN pg_database_size(current_database())
         ELSE (SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM tables) END::text AS bytes,
    (SELECT coalesce(sum(CASE WHEN s.n_live_tup + s.n_tup_ins + s.n_tup_del > 0 THEN s.n_live_tup
                              ELSE greatest(t.reltuples, 0) END), 0)
       FROM tables t JOIN pg_stat_all_tables s ON s.relid = t.oid)::bigint::text AS rows,
    (SELECT coalesce(live, 0) FROM counted)::bigint::text AS live,
    (SELECT coalesce(gone, 0) FROM counted)::bigint::text AS gone`;

/** As the control role and not as the owner: the counts may be closed to tenants' roles. */
export function measurePlace(
  admin: ServerAdmin,
  { database, schema, isolation }: Placement,
): Promise<Measured> {
  return admin.inDatabase(database, async (client) => {
    await client.query(`SET lock_timeout = ${LOCK_MS}`);
    const { rows } = await client.query<Record<keyof Measured, string>>(MEASURE, [
      schema,
      isolation === 'database',
    ]);
    const of = (name: keyof Measured): number => Number(rows[0]?.[name]);
    return { bytes: of('bytes'), rows: of('rows'), live: of('live'), gone: of('gone') };
  });
}
