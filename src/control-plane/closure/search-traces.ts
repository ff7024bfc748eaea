import type { Placement } from '../../tenancy/tenant-record.js';
import type { PlannedPlacement } from '../provisioning/new-placement.js';
import type { ServerAdmin } from '../provisioning/server-admin.js';
import type { StepTools } from '../provisioning/step-tools.js';
import type { Finding } from './closure.entity.js';
import { loginRolesOf } from './login-roles.js';
import { roleOidsOf } from './role-oids.js';

/**
 * Looks for the tenant everywhere it could be, asking each place itself and not the list of steps that
 * were done. A purge is over when every finding is zero.
 */
export async function searchTraces(
  tools: StepTools,
  planned: PlannedPlacement,
): Promise<Finding[]> {
  const { admin, secrets, keys, catalog } = tools;
  const { tenantId, placement } = planned;
  const roles = [...(await loginRolesOf(catalog, planned)), placement.ownerRole];
  const oids = await roleOidsOf(tools, tenantId);
  const isOwn = placement.isolation === 'database';
  // By number, what roles had can be found when they are gone; by name, roles that came back.
  const [server] = await admin.rows<Record<string, number>>(
    `WITH theirs AS (SELECT unnest($3::oid[]) AS oid UNION SELECT oid FROM pg_roles WHERE rolname = ANY($1)),
     hanging AS (SELECT s.deptype FROM pg_shdepend s JOIN theirs t ON t.oid = s.refobjid
                  WHERE s.refclassid = 'pg_authid'::regclass AND s.classid <> 'pg_auth_members'::regclass)
     SELECT (SELECT count(*)::int FROM pg_roles WHERE oid IN (SELECT oid FROM theirs)) AS roles,
            (SELECT count(*)::int FROM pg_stat_activity WHERE usesysid IN (SELECT oid FROM theirs)) AS sessions,
            (SELECT count(*)::int FROM pg_prepared_xacts
              WHERE owner = ANY($1) OR database = $2) AS prepared,
            (SELECT count(*)::int FROM hanging WHERE deptype = 'o') AS objects,
            (SELECT count(*)::int FROM hanging WHERE deptype <> 'o') AS dependencies,
            (SELECT count(*)::int FROM pg_database WHERE datname = $2) AS databases`,
    [roles, isOwn ? placement.database : '', oids],
  );
  const [directory] = await catalog.query<{
    sign_ins: number;
    proofs: number;
    slugs: number;
    ready: number;
    answers: number;
    rotations: number;
    accounts: number;
    syncs: number;
  }>(
    `SELECT (SELECT count(*)::int FROM sign_ins WHERE tenant_id = $1) AS sign_ins,
            (SELECT count(*)::int FROM address_proofs WHERE tenant_id = $1) AS proofs,
            (SELECT count(*)::int FROM sealed_responses WHERE tenant_id = $1) AS answers,
            (SELECT count(*)::int FROM (SELECT FROM key_rotations WHERE tenant_id = $1
              UNION ALL SELECT FROM login_rotations WHERE tenant_id = $1) r) AS rotations,
            (SELECT count(*)::int FROM slugs WHERE tenant_id = $1) AS slugs,
            (SELECT count(*)::int FROM provider_accounts WHERE tenant_id = $1) AS accounts,
            (SELECT count(*)::int FROM sync_schedule WHERE tenant_id = $1) AS syncs,
            (SELECT count(*)::int FROM ready_placements WHERE tenant_id = $1) AS ready`,
    [tenantId],
  );
  const findings: Finding[] = [
    { where: 'server.databases', found: server?.databases ?? -1 },
    { where: 'server.roles', found: server?.roles ?? -1 },
    { where: 'server.sessions', found: server?.sessions ?? -1 },
    { where: 'server.preparedTransactions', found: server?.prepared ?? -1 },
    { where: 'server.objects', found: server?.objects ?? -1 },
    { where: 'server.dependencies', found: server?.dependencies ?? -1 },
    { where: 'keys', found: (await keys.find(tenantId)) === null ? 0 : 1 },
    { where: 'secrets', found: (await secrets.list(tenantId)).length },
    { where: 'catalog.sign_ins', found: directory?.sign_ins ?? -1 },
    { where: 'catalog.address_proofs', found: directory?.proofs ?? -1 },
    { where: 'catalog.slugs', found: directory?.slugs ?? -1 },
    { where: 'catalog.sealed_responses', found: directory?.answers ?? -1 },
    { where: 'catalog.rotations', found: directory?.rotations ?? -1 },
    { where: 'catalog.provider_accounts', found: directory?.accounts ?? -1 },
    { where: 'catalog.sync_schedule', found: directory?.syncs ?? -1 },
    { where: 'catalog.ready_placements', found: directory?.ready ?? -1 },
  ];
  if (!isOwn) findings.push(...(await searchSharedDatabase(admin, placement, oids)));
  return findings;
}

/**
 * Looks into each catalog itself, and not only into what PostgreSQL has noted of dependencies. There is
 * nothing to look into after a database of the tenant's own is gone; a schema has neighbours.
 */
async function searchSharedDatabase(
  admin: ServerAdmin,
  { database, schema }: Placement,
  oids: string[],
): Promise<Finding[]> {
  const [inside] = await admin.inDatabase(database, async (client) => {
    const { rows } = await client.query<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM pg_namespace WHERE nspname = $1 OR nspowner = ANY($2)) AS schemas,
              (SELECT count(*)::int FROM pg_largeobject_metadata WHERE lomowner = ANY($2)) AS large,
              (SELECT count(*)::int FROM pg_default_acl d WHERE d.defaclrole = ANY($2)
                  OR EXISTS (SELECT FROM aclexplode(d.defaclacl) a WHERE a.grantee = ANY($2))) AS defaults,
              (SELECT count(*)::int FROM (SELECT relowner AS owner FROM pg_class
                   UNION ALL SELECT proowner FROM pg_proc UNION ALL SELECT typowner FROM pg_type) o
                WHERE owner = ANY($2)) AS owned`,
      [schema, oids],
    );
    return rows;
  });
  return [
    { where: 'server.schemas', found: inside?.schemas ?? -1 },
    { where: 'server.largeObjects', found: inside?.large ?? -1 },
    { where: 'server.defaultPrivileges', found: inside?.defaults ?? -1 },
    { where: 'server.ownedObjects', found: inside?.owned ?? -1 },
  ];
}
