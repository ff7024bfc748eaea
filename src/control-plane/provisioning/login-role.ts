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
  return `CREATE ROLE ${login} LOGIN PASSWORD ${sqlLiteral(verifier)} CONNECTION LIMIT ${limits.connections};
    ${setOnLogin(placement, limits.statementTimeoutMs)}
    GRANT ${login} TO ${sqlIdentifier(roles.warden)};
    ${placement.isolation === 'schema' ? joinShared(roles.shared, placement.loginRole) : ''}`;
}

/**
 * SQL that lets the login role into the shared database, and no more: without SET nobody can act as the
 * role of all, and make what belongs to all. PostgreSQL 15 knows no such limit.
 */
export function joinShared(shared: string, loginRole: string): string {
  const grant = `GRANT ${sqlIdentifier(shared)} TO ${sqlIdentifier(loginRole)}`;
  return `DO $$ BEGIN
      IF current_setting('server_version_num')::int < 160000 THEN ${grant};
      ELSE EXECUTE '${grant} WITH INHERIT TRUE, SET FALSE'; END IF;
    END $$;`;
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
