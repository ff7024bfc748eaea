import { scramVerifier } from '../../../infrastructure/postgres/scram.js';
import { sqlIdentifier } from '../../../infrastructure/postgres/sql-identifier.js';
import { SQLSTATE } from '../../../infrastructure/postgres/sqlstate.js';
import type { Step } from '../../../kernel/steps.js';
import { dropRole } from '../drop-role.js';
import { createLoginRole } from '../login-role.js';
import type { PlannedPlacement } from '../new-placement.js';
import type { StepTools } from '../step-tools.js';

/**
 * The owner (no login; owns every object) and the login role (reads and writes rows, nothing more).
 * One transaction: either both exist with all their limits or neither does.
 */
export function createRoles(tools: StepTools): Step<PlannedPlacement> {
  const { admin, logins, roles, limits } = tools;
  return {
    name: 'create-roles',
    run: async ({ tenantId, placement }) => {
      const { loginRole, loginSealed } = placement;
      const verifier = scramVerifier(logins.open(tenantId, loginRole, loginSealed));
      const owner = sqlIdentifier(placement.ownerRole);
      await admin.run(
        `CREATE ROLE ${owner} NOLOGIN;
         GRANT ${owner} TO CURRENT_USER;
         GRANT ${owner} TO ${sqlIdentifier(roles.warden)};
         ${createLoginRole(placement, verifier, roles, limits)}`,
        SQLSTATE.duplicateObject,
      );
    },
    undo: async ({ placement }) => {
      await dropRole(admin, placement.loginRole);
      await dropRole(admin, placement.ownerRole);
    },
  };
}
