/** Roles we made for tenants, ours and not another installation's. `$1` is the warden. */
export const TENANT_ROLES = `SELECT m.roleid FROM pg_auth_members m JOIN pg_roles w ON w.oid = m.member
  WHERE w.rolname = $1`;
