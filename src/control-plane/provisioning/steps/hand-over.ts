import { sqlIdentifier } from '../../../infrastructure/postgres/sql-identifier.js';
import type { Step } from '../../../kernel/steps.js';
import type { PlannedPlacement } from '../new-placement.js';
import { rowPrivileges } from '../row-privileges.js';
import type { StepTools } from '../step-tools.js';

/**
 * The copied objects still belong to the template's role: they become the tenant's owner's, and the
 * login role gets its rows. Afterwards the control role lets go of the owner role, so that it does
 * not carry thousands of memberships.
 */
export function handOver({ admin, roles }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'hand-over',
    run: async ({ placement }) => {
      const owner = sqlIdentifier(placement.ownerRole);
      await admin.inDatabase(placement.database, async (client) => {
        // One transaction. GRANT: a second run finds the role let go of. Its commit need not be flushed by
        // itself: whoever makes this place known commits later into the same log.
        await client.query(`SET synchronous_commit = off;
          GRANT ${owner} TO CURRENT_USER;
          REASSIGN OWNED BY ${sqlIdentifier(roles.template)} TO ${owner};
          ${rowPrivileges(placement)};
          REVOKE ${owner} FROM CURRENT_USER`);
      });
    },
    undo: { none: 'Everything it changes lies inside the database, which create-database drops.' },
  };
}
