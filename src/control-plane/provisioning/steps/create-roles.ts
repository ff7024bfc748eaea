import { scramVerifier } from '../../../infrastructure/postgres/scram.js';
import { sqlIdentifier, sqlLiteral } from '../../../infrastructure/postgres/sql-identifier.js';
import { SQLSTATE } from '../../../infrastructure/postgres/sqlstate.js';
import type { Step } from '../../../kernel/steps.js';
import { LOGIN_SECRET } from '../../../tenancy/tenant-connector.js';
import { dropRole } from '../drop-role.js';
import type { PlannedPlacement } from '../new-placement.js';
import type { StepTools } from '../step-tools.js';

/**
 * The owner (no login; owns every object) and the login role (reads and writes rows, nothing more).
 * One transaction: either both exist with all their limits or neither does.
 */
export function createRoles(tools: StepTools): Step<PlannedPlacement> {
  const { admin, secrets, roles, limits } = tools;
  return {
    name: 'create-roles',
    run: async ({ tenantId, placement }) => {
      const secret = await secrets.get({ tenantId, name: LOGIN_SECRET });
      const verifier = scramVerifier(secret?.password ?? '');
      const owner = sqlIdentifier(placement.ownerRole);
      const login = sqlIdentifier(placement.loginRole);
      const shared = placement.isolation === 'schema' ? sqlIdentifier(roles.shared) : null;
      await admin.run(
        `CREATE ROLE ${owner} NOLOGIN;
         CREATE ROLE ${login} LOGIN PASSWORD ${sqlLiteral(verifier)} CONNECTION LIMIT ${limits.connections};
         ALTER ROLE ${login} SET search_path = ${sqlIdentifier(placement.schema)};
         ALTER ROLE ${login} SET statement_timeout = ${limits.statementTimeoutMs};
         ALTER ROLE ${login} SET lock_timeout = ${Math.ceil(limits.statementTimeoutMs / 2)};
         ALTER ROLE ${login} SET idle_in_transaction_session_timeout = ${limits.statementTimeoutMs};
         GRANT ${owner} TO CURRENT_USER;
         GRANT ${owner}, ${login} TO ${sqlIdentifier(roles.warden)};
         ${shared === null ? '' : `GRANT ${shared} TO ${login};`}`,
        SQLSTATE.duplicateObject,
      );
    },
    undo: async ({ placement }) => {
      await dropRole(admin, placement.loginRole);
      await dropRole(admin, placement.ownerRole);
    },
  };
}
