import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseStrictJson } from '../../infrastructure/json/strict-json.js';
import type { EdgeRoute } from './edge-route.js';
import { MediaTypeUnsupportedError } from './http.errors.js';
import { NotAnObjectError } from './validation-errors.js';

export const BODY_LIMIT = 256 * 1024;

/** Of routes that take raw bodies: providers' largest deliveries, and no more. */
export const RAW_BODY_LIMIT = 1024 * 1024;

/** A form of ours sends one choice. */
const FORM_LIMIT = 4 * 1024;

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Set with Nest's `@RouteConfig({ rawBody: true })`: the body arrives as the Buffer that was sent,
     * unparsed, whatever its type. For webhooks, whose signature is over bytes: who sends them proves
     * itself by it, so neither the origin nor an `Idempotency-Key` of such a call means anything.
     */
    rawBody?: boolean;
    /** Takes what an HTML form sends, and nothing else; the body arrives as URLSearchParams. */
    formBody?: boolean;
  }
}

/**
 * Bodies are JSON (on a page's own route, a form; on a raw one, anything) or refused: 415 for another
 * type, 413 past the limit, 400 with a code of its own for each thing that is wrong with the text. A body that comes with GET or HEAD is not looked at. An empty
 * one is none, whatever its type says.
 */
export function setContentParsers(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addHook('onRoute', (options) => {
    if (options.config?.rawBody === true) options.bodyLimit = RAW_BODY_LIMIT;
  });
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
  server.addContentTypeParser<Buffer>(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer', bodyLimit: FORM_LIMIT },
    (request, body, done) => {
      const { formBody, rawBody } = request.routeOptions.config;
      if (rawBody === true) done(null, body);
      else if (formBody === true) done(null, new URLSearchParams(body.toString('utf8')));
      else done(new MediaTypeUnsupportedError());
    },
  );
  server.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.routeOptions.config.rawBody === true) done(null, body);
    else done(new MediaTypeUnsupportedError());
  });
}

/**
 * A change that says nothing of what is to change is refused. Other bodies may be left out where each of
 * their fields may (the pipe finds out); a PATCH without one is a mistake.
 */
export function requireBodies(server: FastifyInstance, routes: readonly EdgeRoute[]): void {
  const table = new Set(
    routes.filter(({ takesBody }) => takesBody).map(({ method, path }) => `${method} ${path}`),
  );
  server.addHook('onRoute', (options) => {
    if (options.method !== 'PATCH' || !table.has(`PATCH ${options.url}`)) return;
    options.preHandler = [
      options.preHandler ?? [],
      (request: FastifyRequest, _reply: unknown, done: (error?: Error) => void) => {
        done(request.body === undefined ? new NotAnObjectError() : undefined);
      },
    ].flat();
  });
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
