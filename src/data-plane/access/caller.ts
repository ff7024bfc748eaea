import type { Identity } from '../../tenancy/access.js';
import type { Actor, Role, Tenancy } from '../../tenancy/tenancy.js';
import { CredentialEndedError, SessionRequiredError } from './access.errors.js';

export type MemberActor = Extract<Actor, { kind: 'member' }>;

/** The member whose session this call came with. @throws SessionRequiredError */
export function memberOf(tenancy: Tenancy): MemberActor {
  const { actor } = tenancy.current();
  if (actor.kind !== 'member') throw new SessionRequiredError();
  return actor;
}

/** The member or key this call came with. */
export function credentialOf(tenancy: Tenancy): Identity['actor'] {
  const { actor } = tenancy.current();
  // Routes that ask this admit members only; a job of ours has no business here.
  if (actor.kind !== 'member' && actor.kind !== 'api-key') throw new CredentialEndedError();
  return actor;
}

/** The role the call acts with. Our own jobs and administrators stand in for the owner. */
export function roleOf(tenancy: Tenancy): Role {
  const { actor } = tenancy.current();
  return actor.kind === 'member' || actor.kind === 'api-key' ? actor.role : 'owner';
}
