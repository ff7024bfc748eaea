import type { FastifyRequest } from 'fastify';
import type { Authenticator } from 'passport';
import type { AppError } from '../../../kernel/app-error.js';
import type { OwnCookie } from '../../../kernel/own-cookie.js';
import type { Access, Identity } from '../../../tenancy/access.js';
import { CsrfRefusedError, RateLimitedError, UnauthenticatedError } from '../http.errors.js';
import type { RateLimit } from '../rate-limit.js';
import { API_KEY } from '../strategies/api-key.strategy.js';
import { createProver, type Proved } from '../strategies/authenticator.js';
import { SESSION } from '../strategies/session.strategy.js';
import { refusalOf } from './authorize.js';
import { bringsBearer, sessionOf } from './credentials-of.js';
import { isSafe, type OriginCheck } from './same-origin.js';

type MemberAccess = Extract<Access, { who: 'member' }>;

export type MemberGate = (
  access: MemberAccess,
  request: FastifyRequest,
  done: Proved<Identity>,
) => void;

/**
 * Lets members of a tenant pass and says who they are; `done` gets one of UnauthenticatedError,
 * CsrfRefusedError, RateLimitedError, TenantNotServedError, RoleTooSmallError,
 * StorageFullError, or what went wrong.
 */
export function createMemberGate(
  authenticator: Authenticator,
  session: OwnCookie,
  isSameOrigin: OriginCheck,
  tenantLimit: RateLimit,
): MemberGate {
  const byApiKey = createProver<Identity>(authenticator, API_KEY);
  const bySession = createProver<Identity>(authenticator, SESSION);

  return function admit(access, request, done) {
    // A bearer token decides alone. The browser adds a cookie to everything; a token was meant.
    const bearer = bringsBearer(request.raw);
    const comesAlong =
      !bearer && !isSafe(request.method) && sessionOf(request.raw, session) !== null;
    if (comesAlong && !isSameOrigin(request)) return done(new CsrfRefusedError(), null);
    const prove = bearer ? byApiKey : bySession;
    prove(request.raw, (error, identity) => {
      if (error !== null) return done(error, null);
      if (identity === null) return done(new UnauthenticatedError('member'), null);
      const refusal = refusalOf(access, identity, request.method);
      done(overLimit(tenantLimit, identity) ?? refusal ?? null, identity);
    });
  };
}

function overLimit(limit: RateLimit, { tenant }: Identity): AppError | undefined {
  const { allowed, retryAfterMs } = limit.take(tenant.id);
  return allowed ? undefined : new RateLimitedError('tenant', retryAfterMs);
}
