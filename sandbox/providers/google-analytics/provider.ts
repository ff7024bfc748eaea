import type { FastifyInstance } from 'fastify';
import { webTruth } from '../../business/web/truth.js';
import type { ErrorAnswer, ProviderModule } from '../../core/provider-module.js';
import { SandboxError } from '../../core/sandbox-error.js';
import { sendError } from '../../http/send-error.js';
import { mountAdminApi } from './admin-api.js';
import { googleApp } from './app.js';
import { mountGoogleAuthorize } from './authorize.js';
import { Properties } from './changes.js';
import { mountDataApi } from './data-api.js';
import { exhausted, GoogleRefusal, notFound } from './google-error.js';
import { Quotas } from './quotas.js';
import { securityEvent } from './security-event.js';
import { SigningKey } from './signing-key.js';
import { mountTokens } from './tokens.js';
import { PEOPLE, personOrProperty, propertyIdOf } from './users.js';

/** Google Analytics 4: its consent page, tokens, both APIs and security events, all hosts below one prefix. */
export const provider: ProviderModule = {
  prefix: '',
  app: googleApp,
  start(stage) {
    const properties = new Properties(stage);
    const quotas = new Quotas(stage.clock.real);
    const key = new SigningKey();
    return {
      accounts: () => PEOPLE,
      account: personOrProperty,
      routes(scope) {
        answerRefusals(scope);
        mountGoogleAuthorize(scope, stage);
        mountTokens(scope, stage, key);
        mountAdminApi(scope, stage, properties);
        mountDataApi(scope, stage, properties, quotas);
      },
      errorAnswer(status, path) {
        const id = /\/properties\/(\d+)/.exec(path)?.[1];
        // A property with too many of them in an hour is closed for the rest of it.
        if (status >= 500 && id !== undefined) quotas.serverError(Number(id));
        return errorAnswer(status, path);
      },
      truth(account) {
        const state = properties.find(propertyIdOf(account));
        if (state === null) throw new SandboxError(404, `There is no property ${account.key}.`);
        const now = stage.clock.now();
        return {
          asOf: new Date(now).toISOString(),
          timeZone: state.property.zone,
          metrics: webTruth(state.book, now, state.flags),
        };
      },
      act: (account, action) => properties.change(propertyIdOf(account), action),
      webhook: (account, order) =>
        securityEvent(account.id, order, {
          clientId: stage.app.clientId,
          key,
          now: stage.clock.real(),
        }),
    };
  },
};

const NAMES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

function errorAnswer(status: number, path: string): ErrorAnswer {
  if (path === '/token' || path === '/revoke') {
    const error = status === 429 ? 'rate_limit_exceeded' : 'internal_failure';
    return { status, body: { error, error_description: 'Try again later.' } };
  }
  if (status === 429) return exhausted('Exhausted concurrent requests quota.');
  return new GoogleRefusal(status, NAMES[status] ?? 'UNKNOWN', 'The service failed.');
}

function answerRefusals(scope: FastifyInstance): void {
  scope.setErrorHandler((error, _request, reply) => {
    if (error instanceof GoogleRefusal) return sendError(reply, error);
    throw error;
  });
  scope.setNotFoundHandler((_request, reply) => sendError(reply, notFound()));
}
