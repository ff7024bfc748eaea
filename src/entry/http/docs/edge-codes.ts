import { isSafe } from '../access/same-origin.js';
import type { EdgeRoute } from '../edge-route.js';
import { statusOf } from '../problem/error-status.js';
import type { Operation } from './edge-answers.js';

/** What any request may be answered, whatever it is for. */
const ALWAYS = [
  'bad_request',
  'url_invalid',
  'url_too_long',
  'headers_too_large',
  'request_timeout',
  'expectation_failed',
  'rate_limited',
  'shutting_down',
  'internal_error',
];

const OF_MEMBERS = [
  'unauthenticated',
  'role_too_small',
  'tenant_suspended',
  'tenant_closing',
  'connections_exhausted',
  'key_missing',
  'sealed_value_broken',
];

/** A body is read wherever one may come, also where nothing in it counts. */
const OF_BODIES = [
  'length_mismatch',
  'json_invalid',
  'json_bad_text',
  'json_duplicate_key',
  'json_forbidden_key',
  'json_too_deep',
  'json_too_large',
  'media_type_unsupported',
];

const OF_IDEMPOTENCY = [
  'idempotency_key_invalid',
  'idempotency_mismatch',
  'idempotency_in_progress',
  'idempotency_interrupted',
  'idempotency_answer_gone',
];

/** Of machines that look after this one; they ask no database, or only whether it is there. */
const WITHOUT_DATABASE: ReadonlySet<string> = new Set(['/healthz', '/metrics']);

/**
 * Error codes that this route may answer before its handler has any part in it.
 *
 * @param declared what its controller named
 */
export function edgeCodes(
  route: EdgeRoute,
  operation: Operation,
  declared: readonly string[],
): string[] {
  const { access, method, path, takesRawBody } = route;
  const codes = [...ALWAYS];
  if (!WITHOUT_DATABASE.has(path)) codes.push('database_unavailable');
  if (!isSafe(method) && access.who !== 'administrator' && !takesRawBody) {
    codes.push('csrf_refused');
  }
  if (access.who === 'member') codes.push(...OF_MEMBERS);
  const grows = !isSafe(method) && method !== 'DELETE';
  if (access.who === 'member' && grows && !access.whileClosing) codes.push('storage_full');
  if (access.who === 'administrator') codes.push('unauthenticated');
  // Its type may be any, but must be one.
  if (takesRawBody) codes.push('length_mismatch', 'json_too_large', 'media_type_unsupported');
  else if (!isSafe(method)) codes.push(...OF_BODIES);
  if (method === 'POST' && !takesRawBody) codes.push(...OF_IDEMPOTENCY);
  const takesInput =
    operation.requestBody !== undefined ||
    (operation.parameters ?? []).some((it) => 'in' in it && it.in === 'query');
  if (takesInput) codes.push('validation_failed');
  const named = declared.some((code) => statusOf(code) === 404);
  if (path.includes(':') && !named) codes.push(notFoundCode(path));
  return codes;
}

/** `/v1/api-keys/:id` answers `api_key_not_found`: the thing before the last parameter, in the singular. */
function notFoundCode(path: string): string {
  const parts = path.split('/');
  const at = parts.findLastIndex((part) => part.startsWith(':'));
  const thing = (parts[at - 1] ?? 'thing').replaceAll('-', '_').replace(/s$/, '');
  return `${thing}_not_found`;
}
