import type { onRequestHookHandler } from 'fastify';
import { networkOf } from '../../infrastructure/rate-limit/network-of.js';
import type { Drain } from './drain.js';
import {
  RateLimitedError,
  RouteNotFoundError,
  ShuttingDownError,
  UrlTooLongError,
} from './http.errors.js';
import { faultOfMessage } from './message-rules.js';
import type { RateLimit } from './rate-limit.js';

/** Far above any address of ours, and below what proxies in front allow. */
const MAX_URL = 4096;

/**
 * The first thing that happens to every request, one for nothing included: it gets its headers, and is
 * refused where it cannot be served.
 *
 * The limit by address is asked before the credentials, so that guessing them is limited as well.
 */
export function createArrivalHook(
  drain: Drain,
  addressLimit: RateLimit,
  headers: Readonly<Record<string, string>>,
): onRequestHookHandler {
  return function arrive(request, reply, done) {
    const { raw } = request;
    const url = raw.url ?? '/';
    drain.track(raw.socket, reply.raw);
    reply.headers(headers).header('x-request-id', request.id);
    if (drain.closing) {
      reply.header('connection', 'close');
      return done(new ShuttingDownError());
    }
    if (url.length > MAX_URL) return done(new UrlTooLongError(MAX_URL));
    const fault = faultOfMessage(raw);
    if (fault !== undefined) return done(fault);
    const { allowed, retryAfterMs } = addressLimit.take(networkOf(request.ip));
    if (!allowed) return done(new RateLimitedError('address', retryAfterMs));
    // Before its body counts for anything: neither a wrong type nor a fault in it matters where nothing is.
    done(request.is404 ? new RouteNotFoundError() : undefined);
  };
}
