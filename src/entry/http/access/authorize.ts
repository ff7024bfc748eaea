import type { AppError } from '../../../kernel/app-error.js';
import { assertNever } from '../../../kernel/assert-never.js';
import { TenantNotServedError } from '../../../tenancy/tenancy.errors.js';
import type { Access, Identity } from '../../../tenancy/access.js';
import { RoleTooSmallError, UnauthenticatedError } from '../http.errors.js';

type MemberAccess = Extract<Access, { who: 'member' }>;

/**
 * Whether this identity may call a route of members: undefined, or the refusal. The tenant's state
 * comes first, because in a suspended account nobody has any role.
 */
export function refusalOf(access: MemberAccess, identity: Identity): AppError | undefined {
  const { tenant, actor } = identity;
  switch (tenant.status) {
    case 'active':
      break;
    case 'closing':
      if (access.whileClosing && actor.role === 'owner') break;
      return new TenantNotServedError(tenant.id, tenant.status);
    case 'suspended':
      return new TenantNotServedError(tenant.id, tenant.status);
    case 'requested':
    case 'provisioning':
    case 'failed':
    case 'purging':
    case 'purged':
      // Nobody can hold a credential of an account that is not yet, or no longer, there.
      return new UnauthenticatedError('member');
    default:
      return assertNever(tenant.status);
  }
  return access.roles.includes(actor.role) ? undefined : new RoleTooSmallError(access.roles);
}
