import { retryAfterOf } from './retry-after.js';

/** One thing that is wrong in what was sent. `path` is dotted (`owner.email`, `items.2.name`). */
export interface FieldProblem {
  path: string;
  code?: string;
  message: string;
}

export interface Choice {
  name: string;
  slug: string;
}

/** An answer as RFC 9457 has it, before it is written. Nothing in it was sent by the caller. */
export interface Problem {
  status: number;
  code: string;
  detail: string;
  errors?: readonly FieldProblem[];
  /** Between which to choose, told to whoever is in each of them. */
  organizations?: readonly Choice[];
  headers?: Readonly<Record<string, string>>;
}

/** The document on the wire. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
  errors?: readonly FieldProblem[];
  organizations?: readonly Choice[];
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/**
 * `type` is a reference relative to the request, so that it is right behind any host name; the page
 * it leads to is served by `pages/problem.page.ts`.
 */
export function problemDocument(problem: Problem, requestId: string): ProblemDocument {
  return {
    type: `/problems/${problem.code}`,
    title: titleOf(problem.code),
    status: problem.status,
    detail: problem.detail,
    code: problem.code,
    requestId,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    ...(problem.organizations === undefined ? {} : { organizations: problem.organizations }),
  };
}

/** Headers that belong to the answer besides its content type. */
export function problemHeaders(
  problem: Problem,
  fields: Readonly<Record<string, unknown>> = {},
): Record<string, string> {
  const retryAfter = retryAfterOf(problem.code, problem.status, fields);
  return {
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...problem.headers,
  };
}

/** `tenant_not_found` becomes "Tenant not found". */
export function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
