import type { FastifyRequest } from 'fastify';
import type { Authenticator } from 'passport';
import type { Access, Identity } from '../../../tenancy/access.js';
import { RateLimitedError, UnauthenticatedError } from '../http.errors.js';
import type { RateLimit } from '../rate-limit.js';
import { API_KEY } from '../strategies/api-key.strategy.js';
import { createProver } from '../strategies/authenticator.js';
import { SESSION } from '../strategies/session.strategy.js';
import { refusalOf } from './authorize.js';
import { bringsBearer, sessionOf } from './credentials-of.js';
import { isSafe, type OriginCheck } from './same-origin.js';

/**
 * Lets members of a tenant pass and says who they are.
 *
 * @throws UnauthenticatedError | CsrfRefusedError | RateLimitedError | RoleTooSmallError | TenantNotServedError
 */
export function createMemberGate(
  authenticator: Authenticator,
  requireSameOrigin: OriginCheck,
  tenantLimit: RateLimit,
) {
  const byApiKey = createProver<Identity>(authenticator, API_KEY);
  const bySession = createProver<Identity>(authenticator, SESSION);

  return async function admit(
    access: Extract<Access, { who: 'member' }>,
    request: FastifyRequest,
  ): Promise<Identity> {
    // A bearer token decides alone. The browser adds a cookie to everything; a token was meant.
    const bearer = bringsBearer(request.raw);
    if (!bearer && !isSafe(request.method) && sessionOf(request.raw) !== null) {
      requireSameOrigin(request);
    }
    const identity = await (bearer ? byApiKey : bySession)(request.raw);
    if (identity === null) throw new UnauthenticatedError('member');
    const { allowed, retryAfterMs } = tenantLimit.take(identity.tenant.id);
    if (!allowed) throw new RateLimitedError('tenant', retryAfterMs);
    const refusal = refusalOf(access, identity);
    if (refusal !== undefined) throw refusal;
    return identity;
  };
}
