import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { RouteTable } from '../route-table.js';
import { failureOf } from './failure.js';
import { refuseMethod } from './method-not-allowed.js';
import { problemOf } from './problem-of.js';
import { sendProblem } from './send-problem.js';

/**
 * Every failure of every route ends here, Fastify's own included. The caller gets a problem document;
 * the log gets the error itself where the fault is ours.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly table: RouteTable,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { problem, fields, fault } = problemOf(error);
    if (fault !== undefined) {
      const route = request.edgeRoute?.path;
      this.logger.error({ err: error, requestId: request.id, route }, fault);
    }
    if (problem.status >= 500) request.failure = failureOf(problem.code, error);
    if (problem.code === 'route_not_found' && request.edgeRoute === null) {
      const refusal = refuseMethod(request.raw.url, this.table);
      return sendProblem(request, reply, refusal ?? problem);
    }
    sendProblem(request, reply, problem, fields);
  }
}
