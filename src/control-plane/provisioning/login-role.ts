import { sqlIdentifier, sqlLiteral } from '../../infrastructure/postgres/sql-identifier.js';
import type { Placement } from '../../tenancy/tenant-record.js';
import type { ServerRoles } from './server-roles.js';
import type { TenantRoleLimits } from './step-tools.js';

/**
 * SQL that makes the placement's login role with all its limits; it may log in and nothing more yet.
 *
 * @param verifier of its password, never the password
 */
export function createLoginRole(
  placement: Placement,
  verifier: string,
  roles: ServerRoles,
  limits: TenantRoleLimits,
): string {
  const login = sqlIdentifier(placement.loginRole);
  const shared = placement.isolation === 'schema' ? sqlIdentifier(roles.shared) : null;
  return `CREATE ROLE ${login} LOGIN PASSWORD ${sqlLiteral(verifier)} CONNECTION LIMIT ${limits.connections};
    ALTER ROLE ${login} SET search_path = ${sqlIdentifier(placement.schema)};
    ALTER ROLE ${login} SET statement_timeout = ${limits.statementTimeoutMs};
    ALTER ROLE ${login} SET lock_timeout = ${Math.ceil(limits.statementTimeoutMs / 2)};
    ALTER ROLE ${login} SET idle_in_transaction_session_timeout = ${limits.statementTimeoutMs};
    GRANT ${login} TO ${sqlIdentifier(roles.warden)};
    ${shared === null ? '' : `GRANT ${shared} TO ${login};`}`;
}
