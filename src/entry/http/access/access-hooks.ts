import type {
  FastifyInstance,
  FastifyRequest,
  onRequestAsyncHookHandler,
  onRequestHookHandler,
  preHandlerHookHandler,
} from 'fastify';
import { assertNever } from '../../../kernel/assert-never.js';
import type { Tenancy } from '../../../tenancy/tenancy.js';
import type { EdgeRoute } from '../edge-route.js';
import { AccessNotDeclaredError, CsrfRefusedError, UnauthenticatedError } from '../http.errors.js';
import type { Gates } from './gates.js';
import { isSafe } from './same-origin.js';

/**
 * Puts the gate of its access before every route, and the scope of its caller around it.
 *
 * These are Fastify's hooks and not a guard and an interceptor of Nest's, for three reasons. They run
 * before the body is read, so strangers cannot make us parse. They are chosen once a route, at start.
 * And a scope entered here holds the pipes and filters too, without the observables of an
 * interceptor, which alone cost more than all of this.
 *
 * Every route of the server passes here: one that is not in the table stops the start-up.
 */
export function addAccessHooks(
  server: FastifyInstance,
  routes: readonly EdgeRoute[],
  gates: Gates,
  tenancy: Tenancy,
): void {
  const table = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  server.decorateRequest('edgeRoute', null);
  server.decorateRequest('identity', null);
  server.decorateRequest('failure', null);
  server.addHook('onRoute', (options) => {
    const method = options.method === 'HEAD' ? 'GET' : String(options.method);
    const route = table.get(`${method} ${options.url}`);
    if (route === undefined) throw new AccessNotDeclaredError([`${options.url} ${method}`]);
    const signed = options.config?.rawBody === true;
    options.onRequest = [...present(options.onRequest), gateOf(route, gates, signed)];
    options.preHandler = [...present(options.preHandler), scopeOf(route, tenancy)];
  });
}

/** @param signed its body proves who sends it, and no browser can be made to sign one */
function gateOf(
  route: EdgeRoute,
  gates: Gates,
  signed: boolean,
): onRequestHookHandler | onRequestAsyncHookHandler {
  const { access } = route;
  switch (access.who) {
    case 'member':
      return (request, _reply, done) => {
        request.edgeRoute = route;
        gates.admitMember(access, request, (error, identity) => {
          request.identity = identity;
          done(error ?? undefined);
        });
      };
    case 'administrator':
      return async (request: FastifyRequest) => {
        request.edgeRoute = route;
        if (!(await gates.isAdministrator(request))) {
          throw new UnauthenticatedError('administrator');
        }
      };
    case 'anyone':
    case 'holder':
      return (request, _reply, done) => {
        request.edgeRoute = route;
        const refused = !signed && !isSafe(route.method) && gates.isForeignOrigin(request);
        done(refused ? new CsrfRefusedError() : undefined);
      };
    default:
      return assertNever(access);
  }
}

function scopeOf(route: EdgeRoute, tenancy: Tenancy): preHandlerHookHandler {
  if (route.access.who !== 'member') {
    return (request, _reply, done) => tenancy.central(done, request.id);
  }
  return (request, _reply, done) => {
    const { identity } = request;
    // Cannot be: the gate ran. Failing closed costs one comparison.
    if (identity === null) return done(new UnauthenticatedError('member'));
    const { tenant, actor } = identity;
    tenancy.enter({ kind: 'tenant', tenant, actor, requestId: request.id }, done);
  };
}

function present<T>(hooks: T | T[] | undefined): T[] {
  if (hooks === undefined) return [];
  return Array.isArray(hooks) ? hooks : [hooks];
}
