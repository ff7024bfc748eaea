import { HttpException } from '@nestjs/common';
import { OrganizationChoiceError } from '../../../data-plane/organization/organization-choice.error.js';
import { AppError } from '../../../kernel/app-error.js';
import {
  DatabaseBusyError,
  DatabaseUnavailableError,
  isBusy,
  isUnavailable,
} from '../../../infrastructure/postgres/availability.js';
import { isToldFault, statusOf, type KnownCode } from './error-status.js';
import { codeOfFastifyError, detailOf } from './fastify-errors.js';
import type { FieldProblem, Problem } from './problem.js';

/** What the answer says, and whether the log must hear of it. */
export interface Translated {
  problem: Problem;
  fields: Readonly<Record<string, unknown>>;
  /** Set where the failure is a fault of ours, and not of the caller or of the moment. */
  fault?: string;
}

/**
 * Turns whatever was thrown into what may be said about it. An unknown failure says nothing: its
 * message may hold content.
 */
export function problemOf(error: unknown): Translated {
  if (error instanceof AppError) return ofAppError(error);
  // TypeORM wraps what a connection failed with.
  const { driverError } = Object(error) as { driverError?: unknown };
  if (driverError instanceof AppError) return ofAppError(driverError);
  if (isUnavailable(error)) return ofAppError(new DatabaseUnavailableError(error));
  if (isBusy(error)) return ofAppError(new DatabaseBusyError(error));
  const code =
    codeOfFastifyError(error) ??
    codeOfFastifyError((error as Error | null)?.cause) ??
    codeOfHttpException(error);
  if (code !== undefined) return { problem: known(code), fields: {} };
  return { problem: internalError(), fields: {}, fault: 'unexpected failure' };
}

export function internalError(): Problem {
  return {
    status: 500,
    code: 'internal_error',
    detail: 'Something went wrong on our side. Quote the requestId when you report it.',
  };
}

function known(code: KnownCode): Problem {
  return { status: statusOf(code) ?? 500, code, detail: detailOf(code) };
}

function ofAppError(error: AppError): Translated {
  const status = statusOf(error.code);
  if (status === undefined || status === 500) {
    const fault =
      status === undefined
        ? `the code ${error.code} has no line in error-status.ts`
        : `fault of ours: ${error.code}`;
    if (!isToldFault(error.code)) return { problem: internalError(), fields: {}, fault };
    return { problem: { status: 500, code: error.code, detail: error.message }, fields: {}, fault };
  }
  const errors = error.fields['errors'];
  return {
    problem: {
      status,
      code: error.code,
      detail: detailFor(error),
      ...(isFieldProblems(errors) ? { errors } : placeOf(error)),
      ...(error instanceof OrganizationChoiceError ? { organizations: error.organizations() } : {}),
      ...(status === 401 ? { headers: { 'www-authenticate': 'Bearer realm="NuMoon"' } } : {}),
    },
    fields: error.fields,
    ...(isVaults(error) ? { fault: `the key store cannot serve: ${error.code}` } : {}),
  };
}

/** What is wrong with Vault and what to try is for who runs it, and goes to the log. */
function detailFor(error: AppError): string {
  return isVaults(error) ? KEY_STORE_AWAY : error.message;
}

function isVaults({ code }: AppError): boolean {
  return code.startsWith('vault_');
}

const KEY_STORE_AWAY =
  'The store of keys cannot serve at the moment, so what is kept encrypted cannot be read or written. Try again shortly.';

/** The place of a fault the error itself names: a position in a JSON text, or one field. */
function placeOf(error: AppError): { errors?: FieldProblem[] } {
  const { path, reason, field } = error.fields;
  if (typeof field === 'string') {
    return { errors: [{ path: field, code: error.code, message: error.message }] };
  }
  if (!error.code.startsWith('json_') || typeof reason !== 'string') return {};
  const dotted = typeof path === 'string' ? path.slice(1).replaceAll('/', '.') : '';
  return { errors: [{ path: dotted, code: reason, message: error.message }] };
}

function isFieldProblems(value: unknown): value is FieldProblem[] {
  return (
    Array.isArray(value) &&
    value.every(
      (item: Partial<FieldProblem> | null) =>
        typeof item?.path === 'string' && typeof item.message === 'string',
    )
  );
}

/** Nest's own exceptions carry messages with content (the URL), so only their status counts. */
function codeOfHttpException(error: unknown): KnownCode | undefined {
  if (!(error instanceof HttpException)) return undefined;
  const status = error.getStatus();
  return status < 500 ? (CODES_BY_STATUS[status] ?? 'bad_request') : undefined;
}

const CODES_BY_STATUS: Readonly<Record<number, KnownCode>> = {
  401: 'unauthenticated',
  404: 'route_not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'json_too_large',
  414: 'url_too_long',
  415: 'media_type_unsupported',
  417: 'expectation_failed',
  422: 'validation_failed',
  429: 'rate_limited',
  431: 'headers_too_large',
};
