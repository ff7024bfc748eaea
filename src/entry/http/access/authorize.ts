import type { AppError } from '../../../kernel/app-error.js';
import { assertNever } from '../../../kernel/assert-never.js';
import { StorageFullError, TenantNotServedError } from '../../../tenancy/tenancy.errors.js';
import { isFull } from '../../../tenancy/tenant-record.js';
import type { Access, Identity } from '../../../tenancy/access.js';
import { RoleTooSmallError, UnauthenticatedError } from '../http.errors.js';
import { isSafe } from './same-origin.js';

type MemberAccess = Extract<Access, { who: 'member' }>;

/**
 * Whether this identity may call a route of members: undefined, or the refusal. The tenant's state
 * comes first, because in a suspended account nobody has any role.
 */
export function refusalOf(
  access: MemberAccess,
  identity: Identity,
  method: string,
): AppError | undefined {
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
  if (!access.roles.includes(actor.role)) return new RoleTooSmallError(access.roles);
  return isFull(tenant) && grows(access, method) ? new StorageFullError(tenant.id) : undefined;
}

/** Who stores as much as it may goes on reading, deleting, and what it may do in order to leave. */
function grows({ whileClosing }: MemberAccess, method: string): boolean {
  return !whileClosing && !isSafe(method) && method !== 'DELETE';
}
