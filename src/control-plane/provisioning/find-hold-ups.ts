import type { HoldUp } from '../catalog/retries.js';
import type { ServerAdmin } from './server-admin.js';

/** What a purge or a change of login was to remove. */
export interface ToBeRemoved {
  /** Names of roles. */
  roles: readonly string[];
  /** The tenant's own database; null where others live in it too. */
  database: string | null;
}

/**
 * What is in the way of dropping these on the server, each with the statement with which a superuser ends
 * it. Looked for after a failure: what NuMoon may end itself is ended by then. Names roles and databases:
 * for administrators only.
 */
export async function findHoldUps(
  admin: ServerAdmin,
  { roles, database }: ToBeRemoved,
): Promise<HoldUp[]> {
  return admin.rows<HoldUp>(HOLD_UPS, [roles, database ?? '']);
}

/** Of each kind, so that the list stays readable. */
const MOST = 20;

const HOLD_UPS = `
WITH ours AS (SELECT oid, rolname FROM pg_roles WHERE rolname = ANY ($1)),
locked AS (
  SELECT DISTINCT l.pid, l.virtualtransaction FROM pg_locks l JOIN ours o ON o.oid = l.objid
   WHERE l.locktype = 'object' AND l.classid = 'pg_authid'::regclass AND l.granted)
(SELECT 'prepared-transaction' AS kind, p.database,
        format('ROLLBACK PREPARED %L;', p.gid) AS statement
   FROM pg_prepared_xacts p
  WHERE p.database = $2 OR p.owner IN (SELECT rolname FROM ours)
     OR p.transaction IN (SELECT x.transactionid FROM pg_locks x JOIN locked l
          ON l.virtualtransaction = x.virtualtransaction
         WHERE l.pid IS NULL AND x.pid IS NULL AND x.locktype = 'transactionid')
  LIMIT ${MOST})
UNION ALL
(SELECT 'session', NULL, format('SELECT pg_terminate_backend(%s);', a.pid)
   FROM pg_stat_activity a
  WHERE a.usename <> current_user
    AND (a.datname = $2
      OR a.usename IN (SELECT rolname FROM ours) OR a.pid IN (SELECT pid FROM locked))
  LIMIT ${MOST})
UNION ALL
(SELECT 'replication-slot', NULL, format('SELECT pg_drop_replication_slot(%L);', s.slot_name)
   FROM pg_replication_slots s WHERE s.database = $2 LIMIT ${MOST})
UNION ALL
(SELECT 'subscription', d.datname, format('DROP SUBSCRIPTION %I;', s.subname)
   FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = $2 LIMIT ${MOST})
UNION ALL
(SELECT DISTINCT 'dependency', d.datname,
        CASE WHEN s.classid = 'pg_database'::regclass AND s.deptype = 'o'
             THEN (SELECT format('DROP DATABASE %I;', o.datname) FROM pg_database o WHERE o.oid = s.objid)
             ELSE format('DROP OWNED BY %I CASCADE;', r.rolname) END
   FROM pg_shdepend s JOIN ours r ON r.oid = s.refobjid LEFT JOIN pg_database d ON d.oid = s.dbid
  WHERE s.refclassid = 'pg_authid'::regclass AND s.classid <> 'pg_auth_members'::regclass
    AND d.datname IS DISTINCT FROM $2
    AND NOT (s.classid = 'pg_database'::regclass
         AND s.objid IN (SELECT oid FROM pg_database WHERE datname = $2))
  LIMIT ${MOST})
`;
