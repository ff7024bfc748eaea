import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Bodies are taken as bytes, so that each route can be as strict about them as its provider is. */
export function takeRawBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
}

/** The body as it came; empty where there was none. */
export function rawBody(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** `application/json`, without parameters, lower case. */
export function contentType(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** A form's fields; null where it is none, or names a field twice. */
export function formOf(request: FastifyRequest): Map<string, string> | null {
  if (contentType(request) !== 'application/x-www-form-urlencoded') return null;
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawBody(request).toString('utf8'))) {
    if (fields.has(name)) return null;
    fields.set(name, value);
  }
  return fields;
}

/** A JSON object; null where it is none. */
export function jsonOf(request: FastifyRequest): Record<string, unknown> | null {
  if (contentType(request) !== 'application/json') return null;
  try {
    const parsed: unknown = JSON.parse(rawBody(request).toString('utf8'));
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The query as it was sent. */
export function queryOf(request: FastifyRequest): URLSearchParams {
  const { url = '' } = request.raw;
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
}

/** HTTP Basic; null where there is none or it is malformed. */
export function basicOf(request: FastifyRequest): { user: string; password: string } | null {
  const [scheme = '', encoded = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() !== 'basic') return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 0 ? null : { user: text.slice(0, at), password: text.slice(at + 1) };
}

export function bearerOf(request: FastifyRequest): string | null {
  const match = /^Bearer ([^\s]+)$/i.exec(request.headers.authorization ?? '');
  return match?.[1] ?? null;
}
