import type { FastifyHttpOptions, FastifyReply, FastifyRequest } from 'fastify';
import type { Server } from 'node:http';
import type { Config } from '../../../config/load.js';
import { BODY_LIMIT } from './content-parsers.js';
import type { ClientErrorHandler } from './problem/client-errors.js';
import { requestIdOf } from './request-id.js';

type Answer = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/**
 * How the server treats connections and requests before any route of ours counts.
 *
 * @param answerRouting answers what fails while the router looks for a route, before any hook
 * @param answerClientError answers what never became a request
 */
export function serverOptions(
  config: Pick<Config, 'trustedProxies'>,
  answerRouting: Answer,
  answerClientError: ClientErrorHandler,
): FastifyHttpOptions<Server> {
  return {
    // Our own line a request says more and costs less (request-log.ts).
    logger: false,
    genReqId: requestIdOf,
    requestIdHeader: false,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    bodyLimit: BODY_LIMIT,
    // A slow sender holds a socket and little else, but not for ever.
    requestTimeout: 30_000,
    connectionTimeout: 120_000,
    // Longer than the idle time of usual balancers (60 s), so that it is they who hang up.
    keepAliveTimeout: 72_000,
    http: {
      maxHeaderSize: 16_384,
      headersTimeout: 15_000,
      connectionsCheckingInterval: 5_000,
      // The arrival hook refuses it, as a problem document; Node's own answer is an empty one.
      requireHostHeader: false,
    },
    forceCloseConnections: 'idle',
    // The arrival hook answers these, as problem documents.
    return503OnClosing: false,
    routerOptions: { caseSensitive: true, ignoreTrailingSlash: false, maxParamLength: 200 },
    clientErrorHandler: answerClientError,
    frameworkErrors: answerRouting,
  };
}
