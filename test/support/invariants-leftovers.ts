import type { Client } from 'pg';

/**
 * What `invariants.ts` says of things that have no name of ours: what hangs on roles, prepared transactions,
 * and in databases that many may be in, objects, large objects and default privileges. Counted by owner.
 */

/** On the whole server: what PostgreSQL has noted of roles of ours that no place has, or that are gone. */
export async function findLeftovers(
  client: Client,
  catalog: string,
  known: readonly string[],
): Promise<string[]> {
  const { rows } = await client.query<{ what: string }>(
    `WITH ours AS (
       SELECT r.oid, r.rolname, r.rolname = ANY ($2) AS known FROM pg_auth_members m
         JOIN pg_roles w ON w.oid = m.member AND w.rolname = $1 || '_warden'
         JOIN pg_roles r ON r.oid = m.roleid)
     SELECT format('%s dependencies of role %s in %s are nobody''s', count(*), o.rolname,
                   coalesce(d.datname, 'all databases')) AS what
       FROM pg_shdepend s JOIN ours o ON o.oid = s.refobjid AND NOT o.known
       LEFT JOIN pg_database d ON d.oid = s.dbid
      WHERE s.refclassid = 'pg_authid'::regclass AND s.classid <> 'pg_auth_members'::regclass
      GROUP BY o.rolname, d.datname
     UNION ALL
     SELECT format('prepared transaction %s in %s is nobody''s', p.gid, p.database)
       FROM pg_prepared_xacts p LEFT JOIN ours o ON o.rolname = p.owner
      WHERE p.owner IS NULL OR NOT o.known
         OR p.database IN (SELECT datname FROM pg_database WHERE datdba IN (SELECT oid FROM ours))
            AND o.oid IS NULL
     UNION ALL
     SELECT format('a lock on role %s is held by a prepared transaction', o.rolname)
       FROM pg_locks l JOIN ours o ON o.oid = l.objid AND NOT o.known
      WHERE l.locktype = 'object' AND l.classid = 'pg_authid'::regclass AND l.pid IS NULL
     ORDER BY 1`,
    [catalog, known],
  );
  return rows.map(({ what }) => what);
}

/** In one database: what belongs to roles that are gone, or, of large objects, to a role of all tenants. */
export async function findObjectsOfNobody(
  client: Client,
  database: string,
  catalog: string,
): Promise<string[]> {
  const { rows } = await client.query<{ kind: string; count: number }>(
    `WITH owned AS (
       SELECT 'large objects' AS kind, lomowner AS owner FROM pg_largeobject_metadata
       UNION ALL SELECT 'default privileges', defaclrole FROM pg_default_acl
       UNION ALL SELECT 'default privileges', a.grantee FROM pg_default_acl d, aclexplode(d.defaclacl) a
                  WHERE a.grantee <> 0
       UNION ALL SELECT 'relations', relowner FROM pg_class
       UNION ALL SELECT 'functions', proowner FROM pg_proc
       UNION ALL SELECT 'types', typowner FROM pg_type
       UNION ALL SELECT 'schemas', nspowner FROM pg_namespace)
     SELECT kind, count(*)::int AS count FROM owned o LEFT JOIN pg_roles r ON r.oid = o.owner
      WHERE r.oid IS NULL OR r.rolname = ANY (ARRAY[$1 || '_shared', $1 || '_warden'])
      GROUP BY kind ORDER BY kind`,
    [catalog],
  );
  return rows.map(({ kind, count }) => `${count} ${kind} in ${database} are nobody's`);
}
