import { AppError } from '../../kernel/app-error.js';
import type { Role } from '../../tenancy/tenancy.js';

/** No valid credential came with the call. Says the same for a wrong one, an old one and none. */
export class UnauthenticatedError extends AppError {
  constructor(scheme: 'member' | 'administrator') {
    super('unauthenticated', HINTS[scheme], { fields: { scheme } });
  }
}

const HINTS = {
  member: 'Send an API key as "Authorization: Bearer nm_...", or sign in.',
  administrator: 'Send the admin token as "Authorization: Bearer ...".',
} as const;

export class RoleTooSmallError extends AppError {
  constructor(roles: readonly Role[]) {
    super('role_too_small', `This takes the role ${roles.join(' or ')}.`, { fields: { roles } });
  }
}

/** A browser sent the call on behalf of another site's page. */
export class CsrfRefusedError extends AppError {
  constructor() {
    super(
      'csrf_refused',
      'The call came from a page of another site. Calls with a session cookie that change something need an Origin header of this site.',
    );
  }
}

export class RateLimitedError extends AppError {
  constructor(whose: 'address' | 'tenant', retryAfterMs: number) {
    super('rate_limited', `Too many requests from this ${whose}. Slow down.`, {
      fields: { whose, retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) },
    });
  }
}

export class ShuttingDownError extends AppError {
  constructor() {
    super('shutting_down', 'The server is shutting down. Send the request again.');
  }
}

/** HTTP/1.1 demands exactly one Host header, and checks of the origin compare with it. */
export class HostInvalidError extends AppError {
  constructor(message: string) {
    super('bad_request', message);
  }
}

/** Two readers could take the message for two different requests. */
export class RequestUnclearError extends AppError {
  constructor(message: string) {
    super('bad_request', message);
  }
}

/** The client waits for something that this server does not do. */
export class ExpectationFailedError extends AppError {
  constructor() {
    super('expectation_failed', 'Of expectations only 100-continue is met. Leave Expect out.');
  }
}

export class RouteNotFoundError extends AppError {
  constructor() {
    super('route_not_found', 'There is nothing at this address.');
  }
}

export class UrlTooLongError extends AppError {
  constructor(maxCharacters: number) {
    super('url_too_long', `The address is longer than ${maxCharacters} characters.`);
  }
}

export class UrlInvalidError extends AppError {
  constructor() {
    super('url_invalid', 'The address holds characters that cannot be read.');
  }
}

export class MediaTypeUnsupportedError extends AppError {
  constructor() {
    super('media_type_unsupported', 'Send the body as application/json in UTF-8, uncompressed.');
  }
}

export class NotReadyError extends AppError {
  constructor(failed: readonly string[]) {
    super('not_ready', `Not ready: ${failed.join(', ')}.`, {
      fields: { failed, retryAfterSeconds: 1 },
    });
  }
}

/** Controllers whose routes do not say who may call them. The program must not start. */
export class AccessNotDeclaredError extends AppError {
  constructor(routes: readonly string[]) {
    super(
      'access_not_declared',
      `These routes do not say who may call them (src/tenancy/access.ts):\n${routes.map((route) => `  ${route}`).join('\n')}`,
      { fields: { routes } },
    );
  }
}

export class IdempotencyKeyInvalidError extends AppError {
  constructor() {
    super('idempotency_key_invalid', 'An Idempotency-Key is 1 to 255 visible ASCII characters.');
  }
}
