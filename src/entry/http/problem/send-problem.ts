import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemDocument, problemHeaders, PROBLEM_TYPE, type Problem } from './problem.js';

/** Writes the answer. Where a part of another answer is out already, the connection is cut instead. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  if (reply.sent || reply.raw.headersSent) {
    // The client must not take half a body for a whole one.
    if (!reply.raw.writableEnded) reply.raw.destroy();
    return;
  }
  reply
    .code(problem.status)
    .removeHeader('etag')
    .removeHeader('content-disposition')
    .removeHeader('content-length')
    .header('cache-control', 'no-store')
    .headers(problemHeaders(problem, fields))
    .header('content-type', PROBLEM_TYPE)
    .send(JSON.stringify(problemDocument(problem, request.id)));
}
