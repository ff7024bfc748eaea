import { migrate } from '../../../infrastructure/postgres/migrate.js';
import { sqlIdentifier } from '../../../infrastructure/postgres/sql-identifier.js';
import type { Step } from '../../../kernel/steps.js';
import { TENANT_MIGRATIONS } from '../../../../tenants/migrations/index.js';
import { dropSchema, endSessions } from '../drop-place.js';
import type { PlannedPlacement } from '../new-placement.js';
import { rowPrivileges } from '../row-privileges.js';
import type { StepTools } from '../step-tools.js';

/** A schema in the shared database, built by the same migrations as the template, as its owner. */
export function createSchema({ admin }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'create-schema',
    run: async ({ placement }) => {
      const schema = sqlIdentifier(placement.schema);
      const owner = sqlIdentifier(placement.ownerRole);
      await admin.adopt(placement.ownerRole);
      await admin.inDatabase(placement.database, async (client) => {
        await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${owner};
          SET ROLE ${owner}; SET search_path = ${schema}`);
        await migrate(client, TENANT_MIGRATIONS);
        await client.query(`${rowPrivileges(placement)}; RESET ROLE;
          REVOKE ${owner} FROM CURRENT_USER`);
      });
    },
    undo: async ({ placement }) => {
      await endSessions(admin, placement);
      await dropSchema(admin, placement);
    },
  };
}
