import type { Authenticator } from 'passport';
import type { OwnCookie } from '../../../kernel/own-cookie.js';
import type { Secret } from '../../../kernel/secret.js';
import type { Credentials } from '../../../tenancy/access.js';
import type { RateLimit } from '../rate-limit.js';
import { ADMINISTRATOR, AdministratorStrategy } from '../strategies/administrator.strategy.js';
import { API_KEY, ApiKeyStrategy } from '../strategies/api-key.strategy.js';
import { SESSION, SessionStrategy } from '../strategies/session.strategy.js';
import type { AdminGate } from './admin-gate.js';
import { createMemberGate, type MemberGate } from './member-gate.js';
import { createOriginChecks, type OriginCheck } from './same-origin.js';

/** One gate for each kind of access. */
export interface Gates {
  admitMember: MemberGate;
  isAdministrator: AdminGate;
  isForeignOrigin: OriginCheck;
}

interface Needs {
  authenticator: Authenticator;
  credentials: Credentials;
  session: OwnCookie;
  adminToken: Secret;
  isAdministrator: AdminGate;
  tenantLimit: RateLimit;
  publicUrl: string | null;
}

/** Gives passport its strategies, and every kind of access its gate. */
export function createGates(needs: Needs): Gates {
  const { authenticator, credentials, session, isAdministrator, tenantLimit } = needs;
  authenticator.use(API_KEY, new ApiKeyStrategy(credentials));
  authenticator.use(SESSION, new SessionStrategy(credentials, session));
  authenticator.use(ADMINISTRATOR, new AdministratorStrategy(needs.adminToken));
  const { isSameOrigin, isForeignOrigin } = createOriginChecks(needs.publicUrl);
  return {
    admitMember: createMemberGate(authenticator, session, isSameOrigin, tenantLimit),
    isAdministrator,
    isForeignOrigin,
  };
}
