import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseStrictJson } from '../../infrastructure/json/strict-json.js';
import { MediaTypeUnsupportedError } from './http.errors.js';

export const BODY_LIMIT = 256 * 1024;

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Set with Nest's `@RouteConfig({ rawBody: true })`: the body arrives as the Buffer that was sent,
     * unparsed. For webhooks, whose signature is over bytes.
     */
    rawBody?: boolean;
  }
}

/**
 * Bodies are JSON or refused: 415 for another type, 413 past the limit, 400 with a code of its own for
 * each thing that is wrong with the text. A body that comes with GET or HEAD is not looked at. An empty
 * one is none, whatever its type says.
 */
export function setContentParsers(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    (request, body, done) => {
      try {
        done(null, read(request, body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

function read(request: FastifyRequest, body: Buffer): unknown {
  if (request.routeOptions.config.rawBody === true) return body;
  if (body.length === 0) return undefined;
  if (!isPlainUtf8(request.headers)) throw new MediaTypeUnsupportedError();
  return parseStrictJson(body);
}

function isPlainUtf8(headers: FastifyRequest['headers']): boolean {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return false;
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(headers['content-type'] ?? '')?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}
