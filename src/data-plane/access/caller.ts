import type { Actor, Role, Tenancy } from '../../tenancy/tenancy.js';
import { SessionRequiredError } from './access.errors.js';

export type MemberActor = Extract<Actor, { kind: 'member' }>;

/** The member whose session this call came with. @throws SessionRequiredError */
export function memberOf(tenancy: Tenancy): MemberActor {
  const { actor } = tenancy.current();
  if (actor.kind !== 'member') throw new SessionRequiredError();
  return actor;
}

/** The role the call acts with. Our own jobs and administrators stand in for the owner. */
export function roleOf(tenancy: Tenancy): Role {
  const { actor } = tenancy.current();
  return actor.kind === 'member' || actor.kind === 'api-key' ? actor.role : 'owner';
}
