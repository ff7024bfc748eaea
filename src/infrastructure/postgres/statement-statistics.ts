import { escapeIdentifier, type ClientBase } from 'pg';

/**
 * - `reset`: the server has no statistics of that database's statements any more.
 * - `absent`: it gathers none.
 * - `denied`: it gathers them, and they stay: this role may not reset them, or the extension is in
 *   another database than the one `client` is connected to.
 */
export type StatisticsReset = 'reset' | 'absent' | 'denied';

/**
 * Forgets what pg_stat_statements knows of a database, by its oid, which must be read before the
 * database is dropped: statistics outlive it, and hold the texts of its statements. Safe to repeat.
 *
 * The file that the texts lie in is not cut at once; PostgreSQL writes it anew when half of it is
 * unused, and when it stops.
 */
export async function resetStatementStatistics(
  client: Pick<ClientBase, 'query'>,
  databaseOid: number,
): Promise<StatisticsReset> {
  const { rows } = await client.query<{ loaded: boolean; schema: string | null }>(FIND);
  const { loaded = false, schema = null } = rows[0] ?? {};
  if (!loaded) return 'absent';
  if (schema === null) return 'denied';
  // 0 for the user and for the statement: all of them.
  await client.query(`SELECT ${escapeIdentifier(schema)}.pg_stat_statements_reset(0, $1::oid, 0)`, [
    databaseOid,
  ]);
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
