import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A file that came with the program and does not change while it runs. */
export interface StaticFile {
  type: string;
  body: string | Buffer;
  etag: string;
}

export function staticFile(type: string, body: string | Buffer): StaticFile {
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 20);
  return { type, body, etag: `"${hash}"` };
}

/** Answers 304 where the browser has it. Revalidated each time, so an update shows at once. */
export function sendStatic(request: FastifyRequest, reply: FastifyReply, file: StaticFile): void {
  reply.header('cache-control', 'no-cache').header('etag', file.etag);
  if (request.headers['if-none-match'] === file.etag) {
    reply.code(304).send();
    return;
  }
  reply.header('content-type', file.type).send(file.body);
}
