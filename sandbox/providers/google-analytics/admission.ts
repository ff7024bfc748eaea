import type { FastifyRequest } from 'fastify';
import type { Stage } from '../../core/stage.js';
import { bearerOf, jsonOf, rawBody } from '../../http/read-body.js';
import type { Properties, PropertyState } from './changes.js';
import {
  invalidArgument,
  invalidPayload,
  noRole,
  scopeMissing,
  unauthenticated,
} from './google-error.js';
import { checkShape, type Shape } from './shape.js';
import { type GoogleUser, userOf } from './users.js';

/** Who asks. @throws GoogleRefusal 401 or 403 */
export function admitted(
  request: FastifyRequest,
  stage: Stage,
  scopes: readonly string[],
): GoogleUser {
  const token = bearerOf(request);
  const grant = token === null ? 'unknown' : stage.grants.check(token);
  if (typeof grant === 'string') throw unauthenticated();
  if (!scopes.some((name) => grant.scopes.includes(name))) throw scopeMissing();
  const user = userOf(grant.account);
  if (user === null) throw unauthenticated();
  return user;
}

/** The property that a path names, where the person has a role on it. @throws GoogleRefusal */
export function propertyFor(text: string, user: GoogleUser, properties: Properties): PropertyState {
  if (!/^\d{1,18}$/.test(text)) {
    throw invalidArgument(
      `A Property ID is required to be a numeric value. Found: ${text}. To learn more about Property ID, see https://developers.google.com/analytics/devguides/reporting/data/v1/property-id.`,
    );
  }
  const state = properties.seenBy(user).find(({ property }) => property.id === Number(text));
  if (state === undefined) throw noRole();
  return state;
}

/** The body, once it fits the message that the method takes. @throws GoogleRefusal 400 */
export function bodyOf<T extends object>(request: FastifyRequest, shape: Shape): T {
  const body = jsonOf(request);
  if (body === null && rawBody(request).length > 0) {
    throw invalidPayload('Invalid JSON payload received.', '');
  }
  checkShape(shape, body ?? {});
  return (body ?? {}) as T;
}
