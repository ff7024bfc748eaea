/** Thrown by whatever finds that the provider would refuse; the body is Google's form of errors. */
export class GoogleRefusal extends Error {
  readonly body: Record<string, unknown>;

  constructor(
    readonly status: number,
    name: string,
    message: string,
    details?: readonly Record<string, unknown>[],
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
    this.body = {
      error: {
        code: status,
        message,
        status: name,
        ...(details === undefined ? {} : { details }),
      },
    };
  }
}

/** 400: the request is wrong in itself. */
export function invalidArgument(message: string): GoogleRefusal {
  return new GoogleRefusal(400, 'INVALID_ARGUMENT', message);
}

/** 400: the body names or holds what its schema does not know. */
export function invalidPayload(description: string, field: string): GoogleRefusal {
  return new GoogleRefusal(400, 'INVALID_ARGUMENT', description, [
    {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ field, description }],
    },
  ]);
}

/** 401: no token, or one that is worth nothing (any more). */
export function unauthenticated(): GoogleRefusal {
  return new GoogleRefusal(
    401,
    'UNAUTHENTICATED',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    undefined,
    { 'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
  );
}

/** 403: the token may not do this. */
export function scopeMissing(): GoogleRefusal {
  return new GoogleRefusal(
    403,
    'PERMISSION_DENIED',
    'Request had insufficient authentication scopes.',
    [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
        domain: 'googleapis.com',
      },
    ],
  );
}

/** 403: the person has no role on the property; the token is as good as before. */
export function noRole(): GoogleRefusal {
  return new GoogleRefusal(
    403,
    'PERMISSION_DENIED',
    'User does not have sufficient permissions for this property. To learn more about Property ID, see https://developers.google.com/analytics/devguides/reporting/data/v1/property-id.',
  );
}

export function notFound(): GoogleRefusal {
  return new GoogleRefusal(404, 'NOT_FOUND', 'Requested entity was not found.');
}

/** 429: the message is all that tells which quota it was. */
export function exhausted(message: string): GoogleRefusal {
  return new GoogleRefusal(429, 'RESOURCE_EXHAUSTED', message);
}
