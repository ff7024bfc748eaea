import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { ServerAdmin } from '../provisioning/server-admin.js';

/** What a tenant's role has, or was granted, where it does not belong. */
export interface Belonging {
  kind: 'elsewhere' | 'prepared-transaction' | 'large-object';
  role: string;
  database: string;
  count: number;
  /** Removes it, run in that database. A purge of the tenant does so by itself. */
  advice: string;
}

/**
 * Looks for what tenants' roles have made, or granted each other, outside of their places. No work of the
 * product leaves any: somebody used a tenant's role by hand.
 */
export class ExamineBelongings {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly admin: ServerAdmin,
    private readonly shared: { database: string; role: string },
  ) {}

  async execute(): Promise<Belonging[]> {
    const homes = await this.catalog.query<{ role: string; home: string }>(
      `SELECT unnest(ARRAY[owner_role, login_role]) AS role, database_name AS home FROM placements
       UNION SELECT unnest(ARRAY[owner_role, login_role]), database_name FROM ready_placements
       UNION SELECT unnest(ARRAY[r.old_role, r.new_role]), p.database_name
         FROM login_rotations r JOIN placements p USING (tenant_id)`,
    );
    const elsewhere = await this.admin.rows<Belonging>(ELSEWHERE, [
      homes.map(({ role }) => role),
      homes.map(({ home }) => home),
    ]);
    const common = await this.admin.inDatabase(this.shared.database, async (client) => {
      const { rows } = await client.query<Belonging>(OF_ALL, [this.shared.role]);
      return rows;
    });
    return [...elsewhere, ...common];
  }
}

const ELSEWHERE = `
WITH homes AS (SELECT r.oid, r.rolname, h.home FROM unnest($1::text[], $2::text[]) AS h(role, home)
                 JOIN pg_roles r ON r.rolname = h.role)
(SELECT 'elsewhere' AS kind, h.rolname AS role, d.datname AS database, count(*)::int AS count,
        format('DROP OWNED BY %I CASCADE;', h.rolname) AS advice
   FROM pg_shdepend s JOIN homes h ON h.oid = s.refobjid JOIN pg_database d ON d.oid = s.dbid
  WHERE s.refclassid = 'pg_authid'::regclass AND d.datname <> h.home
  GROUP BY 2, 3 ORDER BY 2, 3 LIMIT 100)
UNION ALL
(SELECT 'prepared-transaction', p.owner, p.database, 1, format('ROLLBACK PREPARED %L;', p.gid)
   FROM pg_prepared_xacts p JOIN homes h ON h.rolname = p.owner ORDER BY 2, 5 LIMIT 100)`;

/** Made as the role of all tenants with schemas, and so nobody's and everybody's. */
const OF_ALL = `
SELECT 'large-object' AS kind, $1::text AS role, current_database() AS database, count(*)::int AS count,
       format('SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE lomowner = %L::regrole;',
              quote_ident($1)) AS advice
  FROM pg_largeobject_metadata o JOIN pg_roles r ON r.oid = o.lomowner AND r.rolname = $1
HAVING count(*) > 0`;
