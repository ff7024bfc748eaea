import type { PlannedPlacement } from '../provisioning/new-placement.js';
import type { StepTools } from '../provisioning/step-tools.js';
import type { Finding } from './closure.entity.js';

/**
 * Looks for the tenant everywhere it could be, asking each place itself and not the list of steps that
 * were done. A purge is over when every finding is zero.
 */
export async function searchTraces(
  { admin, secrets, keys, catalog }: StepTools,
  { tenantId, placement }: PlannedPlacement,
): Promise<Finding[]> {
  const [server] = await admin.rows<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM pg_roles WHERE rolname = ANY($1)) AS roles,
            (SELECT count(*)::int FROM pg_stat_activity WHERE usename = ANY($1)) AS sessions,
            (SELECT count(*)::int FROM pg_database WHERE datname = $2) AS databases`,
    [
      [placement.loginRole, placement.ownerRole],
      placement.isolation === 'database' ? placement.database : '',
    ],
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
  if (placement.isolation === 'schema') {
    const found = await admin.inDatabase(placement.database, async (client) => {
      const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [
        placement.schema,
      ]);
      return rowCount ?? -1;
    });
    findings.push({ where: 'server.schemas', found });
  }
  return findings;
}
