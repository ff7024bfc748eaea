import type { OpenAPIObject } from '@nestjs/swagger';
import type { EdgeRoute } from '../edge-route.js';
import { statusOf } from '../problem/error-status.js';
import { edgeCodes } from './edge-codes.js';
import { problemResponse, sharedResponse } from './problem-responses.js';

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** The operation a route is described by; undefined for pages, which are no part of the API. */
export function operationOf(document: OpenAPIObject, route: EdgeRoute): Operation | undefined {
  const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
  return document.paths[path]?.[route.method.toLowerCase() as 'get'];
}

/** Where controllers name the codes of their own: `@ApiExtension('x-error-codes', [...])`. */
const CODES = 'x-error-codes';

/** Adds what the edge takes and answers by itself to what the controller declared, which wins. */
export function addEdgeAnswers(document: OpenAPIObject, route: EdgeRoute): void {
  const operation = operationOf(document, route);
  if (operation === undefined) return;
  operation.security ??= securityOf(route);
  addIdempotencyKey(route, operation);
  const declared = (operation as { [CODES]?: string[] })[CODES] ?? [];
  for (const [status, codes] of byStatus([...edgeCodes(route, operation, declared), ...declared])) {
    operation.responses[status] ??= sharedResponse(codes) ?? problemResponse(codes, Number(status));
  }
}

function securityOf({ access }: EdgeRoute): Record<string, string[]>[] {
  if (access.who === 'member') return [{ apiKey: [] }, { session: [] }];
  return access.who === 'administrator' ? [{ administrator: [] }] : [];
}

function addIdempotencyKey({ method, takesRawBody }: EdgeRoute, operation: Operation): void {
  if (method !== 'POST' || takesRawBody) return;
  const parameters = operation.parameters ?? [];
  const name = 'Idempotency-Key';
  if (parameters.some((it) => 'name' in it && it.name === name)) return;
  operation.parameters = [
    ...parameters,
    {
      name,
      in: 'header',
      required: false,
      description: 'The same key answers the same call for 24 hours, without a further effect.',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
    },
  ];
}

function byStatus(all: readonly string[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const code of new Set(all)) {
    const status = String(statusOf(code) ?? 404);
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return [...groups];
}
