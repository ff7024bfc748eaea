import type { DatabaseServer } from '../../infrastructure/postgres/database-server.js';
import {
  FORBID_LARGE_OBJECTS,
  LARGE_OBJECT_MAKERS,
} from '../../infrastructure/postgres/large-objects.js';
import { sqlLiteral } from '../../infrastructure/postgres/sql-identifier.js';

/** Something on the server that is open to every role, and so to every tenant's. */
export interface ServerAccessFinding {
  what: 'public-database' | 'prepared-transactions' | 'large-objects' | 'lo-compat-privileges';
  /** The database that is meant, or the setting's value. */
  name: string;
  /** What closes it, run by a superuser. */
  advice: string;
}

/**
 * Looks for places where a tenant with SQL in its own role could be or leave something, outside of its own.
 * A purge removes what it finds there; better there is no such place. The embedded server has none.
 */
export class ExamineServerAccess {
  constructor(
    private readonly server: DatabaseServer,
    private readonly sharedDatabase: string,
  ) {}

  /** @throws DatabaseUnavailableError */
  async execute(): Promise<ServerAccessFinding[]> {
    const elsewhere = await this.server.withConnection(
      this.server.maintenanceDatabase,
      async (client) => (await client.query<ServerAccessFinding>(EVERYWHERE)).rows,
    );
    const shared = await this.server.withConnection(
      this.sharedDatabase,
      async (client) => (await client.query<ServerAccessFinding>(IN_THE_SHARED_DATABASE)).rows,
    );
    return [...elsewhere, ...shared];
  }
}

const EVERYWHERE = `
SELECT 'public-database' AS what, d.datname AS name,
       format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC;', d.datname)
       || CASE WHEN d.datname = current_database()
               THEN format(' GRANT CONNECT ON DATABASE %I TO %I;', d.datname, current_user)
               ELSE '' END AS advice
  FROM pg_database d WHERE d.datallowconn AND has_database_privilege('public', d.oid, 'CONNECT')
UNION ALL
SELECT 'prepared-transactions', s.setting,
       'ALTER SYSTEM SET max_prepared_transactions = 0; -- and restart the server'
  FROM pg_settings s WHERE s.name = 'max_prepared_transactions' AND s.setting <> '0'
UNION ALL
SELECT 'lo-compat-privileges', s.setting,
       'ALTER SYSTEM SET lo_compat_privileges = off; SELECT pg_reload_conf();'
  FROM pg_settings s WHERE s.name = 'lo_compat_privileges' AND s.setting <> 'off'
 ORDER BY 1 DESC, 2`;

const IN_THE_SHARED_DATABASE = `
SELECT 'large-objects' AS what, current_database() AS name,
       format('\\c %I', current_database()) || ' '
       || '${FORBID_LARGE_OBJECTS};' AS advice
 WHERE ${LARGE_OBJECT_MAKERS.map(
   (made) => `has_function_privilege('public', ${sqlLiteral(made)}, 'EXECUTE')`,
 ).join(' OR ')}`;
