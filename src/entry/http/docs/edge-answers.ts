import type { OpenAPIObject } from '@nestjs/swagger';
import { isSafe } from '../access/same-origin.js';
import type { EdgeRoute } from '../edge-route.js';
import { statusOf } from '../problem/error-status.js';
import { exampleProblem } from './problem-schema.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** The operation a route is described by; undefined for pages, which are no part of the API. */
export function operationOf(document: OpenAPIObject, route: EdgeRoute): Operation | undefined {
  const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
  return document.paths[path]?.[route.method.toLowerCase() as 'get'];
}

/** Where controllers name the codes of their own: `@ApiExtension('x-error-codes', [...])`. */
const CODES = 'x-error-codes';

/** Adds what the edge answers by itself to what the controller declared, which wins. */
export function addEdgeAnswers(document: OpenAPIObject, route: EdgeRoute): void {
  const operation = operationOf(document, route);
  if (operation === undefined) return;
  operation.security ??= securityOf(route);
  const declared = (operation as { [CODES]?: string[] })[CODES] ?? [];
  for (const [status, codes] of byStatus([...edgeCodes(route, operation), ...declared])) {
    operation.responses[status] ??= {
      description: `\`${codes.join('`, `')}\``,
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: Object.fromEntries(
            codes.map((code) => [code, { value: exampleProblem(code, Number(status)) }]),
          ),
        },
      },
    };
  }
}

function securityOf({ access }: EdgeRoute): Record<string, string[]>[] {
  if (access.who === 'member') return [{ apiKey: [] }, { session: [] }];
  return access.who === 'administrator' ? [{ administrator: [] }] : [];
}

/** Error codes that this route may answer before its handler has any part in it. */
function edgeCodes(route: EdgeRoute, operation: Operation): string[] {
  const { access, method, path } = route;
  const codes = ['rate_limited', 'shutting_down'];
  if (!isSafe(method) && access.who !== 'administrator') codes.push('csrf_refused');
  if (access.who === 'member' || access.who === 'administrator') codes.push('unauthenticated');
  if (access.who === 'member') codes.push('database_unavailable', 'connections_exhausted');
  if (access.who === 'member') codes.push('role_too_small', 'tenant_suspended', 'tenant_closing');
  const grows = !isSafe(method) && method !== 'DELETE';
  if (access.who === 'member' && grows && !access.whileClosing) codes.push('storage_full');
  if (operation.requestBody !== undefined) {
    codes.push('json_invalid', 'json_too_large', 'media_type_unsupported');
  }
  const takesInput = operation.requestBody !== undefined || (operation.parameters ?? []).length > 0;
  if (takesInput) codes.push('validation_failed');
  if (path.includes(':')) codes.push(notFoundCode(path));
  return codes;
}

/** `/v1/api-keys/:id` answers `api_key_not_found`: the thing before the last parameter, in the singular. */
function notFoundCode(path: string): string {
  const parts = path.split('/');
  const at = parts.findLastIndex((part) => part.startsWith(':'));
  const thing = (parts[at - 1] ?? 'thing').replaceAll('-', '_').replace(/s$/, '');
  return `${thing}_not_found`;
}

function byStatus(all: readonly string[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const code of new Set(all)) {
    const status = String(statusOf(code) ?? 404);
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return [...groups];
}
