import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import type { Placement } from '../../tenancy/tenant-record.js';

/** SQL that lets the login role read and write rows and do nothing else, now and for tables to come. */
export function rowPrivileges(placement: Placement): string {
  const schema = sqlIdentifier(placement.schema);
  const owner = sqlIdentifier(placement.ownerRole);
  const login = sqlIdentifier(placement.loginRole);
  return `GRANT USAGE ON SCHEMA ${schema} TO ${login};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${login};
    REVOKE INSERT, UPDATE, DELETE ON ${schema}.schema_history FROM ${login};
    ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA ${schema}
      GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${login};
    ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC`;
}
