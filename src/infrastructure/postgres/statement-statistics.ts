import { escapeIdentifier } from 'pg';

/**
 * - `reset`: the server has no statistics of dropped databases any more.
 * - `absent`: it gathers none.
 * - `denied`: it gathers them, and they stay: this role may not reset them, or the extension is in
 *   another database than the one that is asked.
 */
export type StatisticsReset = 'reset' | 'absent' | 'denied';

/**
 * Forgets what pg_stat_statements knows of databases that are no more: statistics outlive a database,
 * and hold the texts of its statements. Which they are is asked of the server, so a call that a crash
 * has cut off is made good by the next.
 *
 * The file that the texts lie in is not cut at once; PostgreSQL writes it anew when half of it is
 * unused, and when it stops.
 */
export async function resetStatisticsOfDropped(on: {
  query(text: string): Promise<{ rows: object[] }>;
}): Promise<StatisticsReset> {
  const [found] = (await on.query(FIND)).rows as { loaded: boolean; schema: string | null }[];
  if (found?.loaded !== true) return 'absent';
  if (found.schema === null) return 'denied';
  const schema = escapeIdentifier(found.schema);
  // 0 for the user and for the statement: all of them.
  await on.query(`SELECT ${schema}.pg_stat_statements_reset(0, dbid, 0)
    FROM (SELECT DISTINCT dbid FROM ${schema}.pg_stat_statements(false)
           WHERE dbid NOT IN (SELECT oid FROM pg_database)) dropped`);
  return 'reset';
}

/**
 * The settings of the library are there where it is loaded. Asked for the permission first, because a
 * refusal would end the transaction that the caller may be in.
 */
const FIND = `
  SELECT EXISTS (SELECT FROM pg_settings WHERE name = 'pg_stat_statements.max') AS loaded,
         (SELECT n.nspname FROM pg_extension e
            JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
                            AND d.classid = 'pg_proc'::regclass
            JOIN pg_proc p ON p.oid = d.objid
            JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE e.extname = 'pg_stat_statements' AND p.proname = 'pg_stat_statements_reset'
             AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')
           LIMIT 1) AS schema`;
