import type { ServerAdmin } from './server-admin.js';

/**
 * Removes what tenants with schemas have made in the shared database as the role that all of them are members
 * of, where the server lets them (PostgreSQL 15): it is nobody's, and reaches everybody. Not `DROP OWNED BY`:
 * that would take from the role the right to connect.
 */
export async function dropCommonThings(
  admin: ServerAdmin,
  database: string,
  sharedRole: string,
): Promise<void> {
  await admin.inDatabase(database, async (client) => {
    await client.query(
      `SELECT lo_unlink(o.oid) FROM pg_largeobject_metadata o JOIN pg_roles r ON r.oid = o.lomowner
        WHERE r.rolname = $1`,
      [sharedRole],
    );
    const { rows } = await client.query<{ revoke: string }>(REVOKES, [sharedRole]);
    for (const { revoke } of rows) await client.query(revoke);
  });
}

const REVOKES = `
SELECT DISTINCT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I REVOKE ALL ON %s FROM %s', r.rolname,
         CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                              WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END,
         CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(g.rolname) END) AS revoke
  FROM pg_default_acl d JOIN pg_roles r ON r.oid = d.defaclrole AND r.rolname = $1
 CROSS JOIN aclexplode(d.defaclacl) a LEFT JOIN pg_roles g ON g.oid = a.grantee
 WHERE d.defaclnamespace = 0 AND a.grantee <> r.oid AND (a.grantee = 0 OR g.oid IS NOT NULL)
   -- What PUBLIC has by default is no grant of anybody's.
   AND NOT (a.grantee = 0 AND d.defaclobjtype IN ('f', 'T'))`;
