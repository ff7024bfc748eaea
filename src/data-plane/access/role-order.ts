import { ROLES, type Role } from '../../tenancy/tenancy.js';

/** Whether `held` may do all that `asked` may: roles stand in `ROLES` from largest to smallest. */
export function covers(held: Role, asked: Role): boolean {
  return ROLES.indexOf(held) <= ROLES.indexOf(asked);
}

export function rolesAbove(role: Role): Role[] {
  return ROLES.slice(0, ROLES.indexOf(role));
}
