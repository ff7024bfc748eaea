import type { FastifyRequest } from 'fastify';

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i;

/**
 * Whether the call was made on this machine. A proxy here also connects from here, on behalf of
 * others; so a call that says it was forwarded, or that names another host, does not count.
 */
export function isFromThisMachine(request: FastifyRequest): boolean {
  const { headers } = request;
  if (!LOOPBACK.test(request.raw.socket.remoteAddress ?? '')) return false;
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false;
  if (headers.via !== undefined || headers['x-real-ip'] !== undefined) return false;
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(headers.host ?? '');
}
