import type { onResponseHookHandler } from 'fastify';
import type { Logger } from 'pino';
import type { Histogram } from 'prom-client';

/** What unrouted requests are counted under: their URLs are anybody's invention. */
const NOWHERE = '(none)';

type Label = 'route' | 'method' | 'status';

/**
 * One line and one measurement a request. The template of the route stands for its URL, which holds ids
 * and may hold tokens. Answers of 500 and above are written at `warn`, with the code and what caused it, all
 * others at `debug`; a fault of ours was logged whole where it was caught.
 */
export function createRequestLog(
  logger: Logger,
  histogram: Histogram<Label>,
): onResponseHookHandler {
  return function finished(request, reply, done) {
    const { statusCode: status, elapsedTime: ms } = reply;
    const method = methodOf(request.raw.method);
    const route = request.edgeRoute?.path ?? NOWHERE;
    histogram.observe({ route, method, status: String(status) }, ms / 1000);
    const level = status >= 500 ? 'warn' : 'debug';
    if (logger.isLevelEnabled(level)) {
      logger[level](
        {
          method,
          route,
          status,
          ms: Math.round(ms * 10) / 10,
          requestId: request.id,
          tenantId: request.identity?.tenant.id,
          ...request.failure,
        },
        'request',
      );
    }
    done();
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Node knows 34 methods, and each would be a series of its own. */
function methodOf(method: string | undefined): string {
  return method !== undefined && METHODS.has(method) ? method : 'other';
}
