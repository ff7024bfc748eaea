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
 * @param owners ids of all owners who have joined, locked until the change is done
 * @throws LastOwnerError
 */
export function requireOwnerLeft(owners: readonly string[], leaving: string): void {
  if (owners.length === 1 && owners[0] === leaving) throw new LastOwnerError();
}
