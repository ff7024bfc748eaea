import type { Role } from '../../tenancy/tenancy.js';
import { RoleTooSmallError } from '../access/access.errors.js';
import { LastOwnerError } from './members.errors.js';

/**
 * Owners may do all to everyone; others nothing to owners and nobody into one. (Routes keep analysts
 * out altogether.)
 *
 * @param touched the roles before and after the change
 * @throws RoleTooSmallError
 */
export function requireSayOver(caller: Role, ...touched: Role[]): void {
  if (caller !== 'owner' && touched.includes('owner')) throw new RoleTooSmallError('owner');
}

/**
 * An owner may go, or become less, only while another is left who has joined.
 *
 * @param joinedOwners ids, locked until the change is done
 * @throws LastOwnerError
 */
export function requireOwnerLeft(joinedOwners: readonly string[], leaving: Leaving): void {
  if (leaving.role !== 'owner' || joinedOwners.some((id) => id !== leaving.id)) return;
  throw new LastOwnerError();
}

interface Leaving {
  id: string;
  role: Role;
}
