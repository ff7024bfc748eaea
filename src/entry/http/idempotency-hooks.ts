import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { IdempotentCall } from '../../infrastructure/idempotency/idempotent-call.js';
import type { SealedResponses } from '../../infrastructure/idempotency/sealed-responses.js';
import type { EdgeRoute } from './edge-route.js';
import { IdempotencyKeyInvalidError } from './http.errors.js';
import type { IdempotencyStores } from './http-deps.js';

declare module 'fastify' {
  interface FastifyRequest {
    idempotentCall?: IdempotentCall;
  }
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Honours `Idempotency-Key` on every POST: the first call does the work and its answer is kept sealed
 * for 24 hours; the same call again gets that answer and has no effect. A failed call frees its key.
 * An answer that signs somebody in (Set-Cookie) is not kept: signing in again is harmless, a kept
 * session would not be.
 *
 * Must be added after the access hooks: a tenant's answers are kept in the tenant's scope.
 */
export function addIdempotencyHooks(
  server: FastifyInstance,
  routes: readonly EdgeRoute[],
  stores: IdempotencyStores,
): void {
  const table = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  server.addHook('onRoute', (options) => {
    const route = table.get(`${String(options.method)} ${options.url}`);
    // A provider's delivery is known by what it signed (src/data-plane/webhooks).
    if (route?.method !== 'POST' || options.config?.rawBody === true) return;
    const store = storeOf(route, stores);
    options.preHandler = [options.preHandler ?? [], begin(route, store)].flat();
    options.onSend = [options.onSend ?? [], settle].flat();
  });
}

function storeOf(route: EdgeRoute, stores: IdempotencyStores): SealedResponses {
  if (route.keepsItsAnswer) return stores.catalogAtomic;
  return route.access.who === 'member' ? stores.tenant : stores.catalog;
}

function begin(route: EdgeRoute, store: SealedResponses) {
  return async function beginIdempotent(request: FastifyRequest, reply: FastifyReply) {
    const key = request.headers['idempotency-key'];
    if (key === undefined) return undefined;
    if (typeof key !== 'string' || !KEY.test(key)) throw new IdempotencyKeyInvalidError();
    const begun = await store.begin(
      `${scopeOf(request)} ${route.method} ${route.path}`,
      key,
      fingerprintOf(request),
    );
    if (begun.state === 'first') {
      request.idempotentCall = new IdempotentCall(store, begun.attempt);
      return undefined;
    }
    const { status, body } = begun.answer;
    return reply
      .code(status)
      .header('idempotent-replayed', 'true')
      .send(body ?? undefined);
  };
}

/** A tenant's keys are its own; an administrator's are apart from everybody's. */
function scopeOf(request: FastifyRequest): string {
  return request.identity?.tenant.id ?? request.edgeRoute?.access.who ?? 'anyone';
}

function fingerprintOf(request: FastifyRequest): Buffer {
  const asked = JSON.stringify([request.method, request.url, request.body ?? null]);
  return createHash('sha256').update(asked).digest();
}

async function settle(request: FastifyRequest, reply: FastifyReply, payload: unknown) {
  const call = request.idempotentCall;
  if (call === undefined) return payload;
  const { statusCode: status } = reply;
  if (status >= 400 || reply.hasHeader('set-cookie') || isPage(reply)) {
    // The database may be what failed; the lease then frees the key.
    await call.failed().catch(() => undefined);
  } else {
    await call.keepAfter({ status, body: bodyOf(payload) });
  }
  return payload;
}

/** A form's answer is for a browser, which sends no such key. */
function isPage(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type') ?? '').startsWith('text/html');
}

function bodyOf(payload: unknown): unknown {
  return typeof payload === 'string' && payload !== '' ? (JSON.parse(payload) as unknown) : null;
}
