import { escapeIdentifier, type Client } from 'pg';
import { openClient } from '../postgres/connections.js';
import { CONTROL_ROLE } from './control-role.js';

/** Counts the changes of what is closed: a server of an older program is gone through once more. */
const DONE = 'views closed 1';

/** Beside all that PostgreSQL calls statistics: locks, prepared transactions, others' settings, comments. */
const VIEWS = [
  'pg_locks',
  'pg_prepared_xacts',
  'pg_replication_slots',
  'pg_db_role_setting',
  'pg_shdescription',
  'pg_shseclabel',
];
const FUNCTIONS = [
  'pg_lock_status',
  'pg_prepared_xact',
  'pg_get_replication_slots',
  'pg_blocking_pids',
  'pg_tablespace_databases',
  'pg_tablespace_size',
];

/** In one database: these privileges lie in each, and a copy takes them along. */
const CLOSE = `DO $close$ DECLARE it record; BEGIN
  FOR it IN SELECT c.oid::regclass AS name FROM pg_class c
             WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind IN ('r', 'v')
               AND (c.relname ~ '^pg_stat(io)?_' OR c.relname = ANY ('{${VIEWS.join()}}'))
               AND has_table_privilege('public', c.oid, 'SELECT') LOOP
    EXECUTE format('REVOKE ALL ON TABLE %s FROM PUBLIC', it.name);
    EXECUTE format('GRANT SELECT ON TABLE %s TO ${CONTROL_ROLE}', it.name);
  END LOOP;
  FOR it IN SELECT p.oid::regprocedure AS name FROM pg_proc p
             WHERE p.pronamespace = 'pg_catalog'::regnamespace
               AND (p.proname ~ '^pg_stat_get_' OR p.proname = ANY ('{${FUNCTIONS.join()}}'))
               AND has_function_privilege('public', p.oid, 'EXECUTE') LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', it.name);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO ${CONTROL_ROLE}', it.name);
  END LOOP;
END $close$`;

/**
 * Closes to tenants' roles what PostgreSQL tells everybody of the whole server: sessions, locks, counts,
 * settings of other roles. Done in template0, of which every database is made, and in those that are there.
 * Maintenance databases stay as they are: no tenant gets in.
 *
 * Needs a superuser. Once for a server; a crash on the way does it again.
 */
export async function closeViews(adminUrl: string): Promise<void> {
  const admin = await openClient(adminUrl);
  try {
    const { rows } = await admin.query<{ name: string; open: boolean; done: boolean }>(
      `SELECT datname AS name, datallowconn AS open,
              coalesce(shobj_description(oid, 'pg_database') = $1, false) AS done
         FROM pg_database WHERE datname NOT IN ('postgres', 'template1') AND datconnlimit <> -2
        ORDER BY datname = 'template0' DESC`,
      [DONE],
    );
    if (rows[0]?.done === true) return;
    await admin.query('REVOKE CONNECT ON DATABASE template0 FROM PUBLIC');
    for (const { name, open } of rows) await closeIn(admin, adminUrl, name, open);
    await admin.query(`COMMENT ON DATABASE template0 IS '${DONE}'`);
  } finally {
    await admin.end();
  }
}

async function closeIn(
  admin: Client,
  adminUrl: string,
  database: string,
  isOpen: boolean,
): Promise<void> {
  const allow = (yes: boolean) =>
    admin.query(`ALTER DATABASE ${escapeIdentifier(database)} ALLOW_CONNECTIONS ${yes}`);
  if (!isOpen) await allow(true);
  try {
    const url = new URL(adminUrl);
    url.pathname = `/${encodeURIComponent(database)}`;
    const inside = await openClient(url.href);
    try {
      await inside.query(CLOSE);
    } finally {
      await inside.end();
    }
  } finally {
    if (!isOpen) await allow(false);
  }
}
