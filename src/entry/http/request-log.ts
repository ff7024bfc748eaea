import type { onResponseHookHandler } from 'fastify';
import type { Logger } from 'pino';
import type { RequestMeter } from './http-deps.js';

/** What unrouted requests are counted under: their URLs are anybody's invention. */
const NOWHERE = '(none)';

/**
 * One line and one measurement a request. The template of the route stands for its URL, which holds ids
 * and may hold tokens. Answers of 500 and above are written at `info`, all others at `debug`; the error
 * itself was logged where it was caught.
 */
export function createRequestLog(logger: Logger, meter: RequestMeter): onResponseHookHandler {
  return function finished(request, reply, done) {
    const { statusCode: status, elapsedTime: ms } = reply;
    const method = request.raw.method ?? '';
    const route = request.edgeRoute?.path ?? NOWHERE;
    meter.observe(method, route, status, ms / 1000);
    const level = status >= 500 ? 'info' : 'debug';
    if (logger.isLevelEnabled(level)) {
      logger[level](
        {
          method,
          route,
          status,
          ms: Math.round(ms * 10) / 10,
          requestId: request.id,
          tenantId: request.identity?.tenant.id,
        },
        'request',
      );
    }
    done();
  };
}
