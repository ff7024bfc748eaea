import type { Step } from '../../../kernel/steps.js';
import type { PlannedPlacement } from '../new-placement.js';
import type { StepTools } from '../step-tools.js';

/** Writes down what is about to exist, before any of it does: a crash later leaves this row to find it by. */
export function reserve({ catalog, limits }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'reserve',
    run: async ({ tenantId, placement }) => {
      await catalog.query(
        `INSERT INTO ready_placements (tenant_id, state, server_id, isolation, database_name,
           schema_name, owner_role, login_role, login_sealed, schema_version, lease_until)
         VALUES ($1, 'preparing', $2, $3, $4, $5, $6, $7, $8, $9, now() + make_interval(secs => $10))
         ON CONFLICT (tenant_id) DO NOTHING`,
        [
          tenantId,
          placement.serverId,
          placement.isolation,
          placement.database,
          placement.schema,
          placement.ownerRole,
          placement.loginRole,
          placement.loginSealed,
          placement.schemaVersion,
          limits.leaseSeconds,
        ],
      );
    },
    undo: async ({ tenantId }) => {
      await catalog.query('DELETE FROM ready_placements WHERE tenant_id = $1', [tenantId]);
    },
  };
}
