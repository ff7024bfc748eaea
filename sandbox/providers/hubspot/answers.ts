import { randomUUID } from 'node:crypto';

/** What a handler answers; `body` null is none. */
export interface HubSpotAnswer {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** Thrown by whatever finds that the provider would refuse; the body is the provider's own form. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: Record<string, unknown>,
    readonly headers: Record<string, string> = {},
  ) {
    super(typeof body.message === 'string' ? body.message : `refused with ${status}`);
  }
}

function problem(message: string, category: string | null): Record<string, unknown> {
  return {
    status: 'error',
    message,
    correlationId: randomUUID(),
    ...(category === null ? {} : { category }),
  };
}

/** 400: the request itself is wrong. */
export function invalid(message: string, context?: Record<string, readonly string[]>): Refusal {
  const body = problem(message, 'VALIDATION_ERROR');
  return new Refusal(
    400,
    context === undefined ? body : { ...body, errors: [{ message, context }] },
  );
}

/** 401: no token, or one that means nothing. */
export function unauthenticated(): Refusal {
  const message =
    'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview';
  return new Refusal(401, problem(message, 'INVALID_AUTHENTICATION'));
}

/** 401: the token was good once. */
export function expired(secondsAgo: number): Refusal {
  const message = `The OAuth token used to make this call expired ${secondsAgo} second(s) ago.`;
  return new Refusal(401, problem(message, 'EXPIRED_AUTHENTICATION'));
}

/** 403: none of the scopes that allow this was granted. */
export function missingScopes(scopes: readonly string[]): Refusal {
  const message =
    'This app hasn’t been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.';
  return new Refusal(403, {
    ...problem(message, 'MISSING_SCOPES'),
    errors: [
      {
        message: 'One or more of the following scopes are required.',
        context: { requiredGranularScopes: scopes },
      },
    ],
  });
}

/** 404: no such path, or no such record. */
export function notFound(message = 'resource not found'): Refusal {
  return new Refusal(404, problem(message, 'OBJECT_NOT_FOUND'));
}

export type LimitPolicy = 'TEN_SECONDLY_ROLLING' | 'SECONDLY' | 'DAILY';

/** 429. The search limit's answer carries no headers about limits. */
export function rateLimited(
  policyName: LimitPolicy,
  headers: Record<string, string> = {},
): Refusal {
  const message = `You have reached your ${policyName.toLowerCase()} limit.`;
  const body = { ...problem(message, null), errorType: 'RATE_LIMIT', policyName };
  return new Refusal(429, body, headers);
}
