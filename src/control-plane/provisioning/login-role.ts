import { sqlIdentifier, sqlLiteral } from '../../infrastructure/postgres/sql-identifier.js';
import { loginSettings } from '../../tenancy/login-settings.js';
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
    ${setOnLogin(placement, limits.statementTimeoutMs)}
    GRANT ${login} TO ${sqlIdentifier(roles.warden)};
    ${shared === null ? '' : `GRANT ${shared} TO ${login};`}`;
}

/** SQL that sets all that is set on the login role. */
export function setOnLogin(
  placement: Pick<Placement, 'loginRole' | 'schema'>,
  statementTimeoutMs: number,
): string {
  const login = sqlIdentifier(placement.loginRole);
  return Object.entries(loginSettings(placement, statementTimeoutMs))
    .map(([name, value]) => `ALTER ROLE ${login} SET ${name} = ${sqlLiteral(value)};`)
    .join('\n    ');
}
