import type { FastifyReply } from 'fastify';
import type { ErrorAnswer } from '../core/provider-module.js';

export function sendError(reply: FastifyReply, answer: ErrorAnswer): FastifyReply {
  void reply.code(answer.status).headers({ ...answer.headers });
  return reply.send(answer.body);
}
