import { sqlIdentifier } from '../../../infrastructure/postgres/sql-identifier.js';
import { hasSqlstate, SQLSTATE } from '../../../infrastructure/postgres/sqlstate.js';
import type { Step } from '../../../kernel/steps.js';
import { dropDatabase, endSessions } from '../drop-place.js';
import type { PlannedPlacement } from '../new-placement.js';
import type { StepTools } from '../step-tools.js';

/**
 * A copy of the template. A copy does not inherit the template's database privileges, so it is made
 * with connections forbidden and opened only once PUBLIC is shut out: there is no moment at which a
 * stranger could connect.
 */
export function createDatabase({ admin, template }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'create-database',
    run: async ({ placement }) => {
      const database = sqlIdentifier(placement.database);
      const owner = sqlIdentifier(placement.ownerRole);
      const create = `CREATE DATABASE ${database} TEMPLATE ${sqlIdentifier(template.name)} OWNER ${owner} ALLOW_CONNECTIONS false`;
      try {
        await admin.run(create, SQLSTATE.duplicateDatabase);
      } catch (error) {
        if (!hasSqlstate(error, SQLSTATE.invalidCatalogName)) throw error;
        // Somebody dropped the template since the start made sure of it.
        await template.ensure();
        await admin.run(create, SQLSTATE.duplicateDatabase);
      }
      await admin.run(
        `REVOKE ALL ON DATABASE ${database} FROM PUBLIC;
         GRANT CONNECT ON DATABASE ${database} TO ${sqlIdentifier(placement.loginRole)};
         ALTER DATABASE ${database} ALLOW_CONNECTIONS true`,
      );
    },
    undo: async ({ placement }) => {
      await endSessions(admin, placement);
      await dropDatabase(admin, placement);
    },
  };
}
