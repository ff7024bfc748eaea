import type { FastifyInstance } from 'fastify';
import type { SandboxAccount } from '../../core/provider-module.js';
import type { Stage } from '../../core/stage.js';
import { queryOf } from '../../http/read-body.js';
import { mountAuthorize } from '../../oauth/authorize.js';
import { refusalPage } from '../../oauth/consent-page.js';
import { OPTIONAL_SCOPES, REQUIRED_SCOPES } from './app.js';

/** Where the app sends people: `/oauth/authorize`, or with a hub chosen before. */
export function mountHubSpotAuthorize(
  scope: FastifyInstance,
  stage: Stage,
  accounts: readonly SandboxAccount[],
): void {
  void scope.register((child, _options, done) => {
    child.addHook('onRequest', async (request, reply) => {
      const fault = scopeFault(queryOf(request));
      if (fault === null) return;
      void reply.code(400).type('text/html; charset=utf-8');
      await reply.send(refusalPage(stage.provider, fault));
    });
    mountAuthorize(child, stage, {
      paths: ['/oauth/authorize', '/oauth/:hubId/authorize'],
      scope: { separator: ' ', known: [...REQUIRED_SCOPES, ...OPTIONAL_SCOPES] },
      pkce: 'optional',
      responseType: 'optional',
      state: 'optional',
      extra: { optional_scope: null },
      accounts: (request) => {
        const { hubId } = request.params as { hubId?: string };
        return hubId === undefined ? accounts : accounts.filter(({ id }) => id === hubId);
      },
      account: (_request, _app, key) =>
        accounts.find((one) => one.key === key || one.id === key) ?? null,
      notes: (request) => ({ optional: queryOf(request).get('optional_scope') ?? '' }),
      denied: {
        error: 'access_denied',
        error_description: 'User closed the browser window or denied the request',
      },
    });
    done();
  });
}

/** Every required scope must be asked for, and nothing that the app is not registered with. */
function scopeFault(query: URLSearchParams): string | null {
  const asked = names(query.get('scope'));
  const missing = REQUIRED_SCOPES.filter((name) => !asked.includes(name));
  if (missing.length > 0) {
    return `the app requires the scopes ${missing.join(', ')}, which the URL does not ask for.`;
  }
  const strange = names(query.get('optional_scope')).find(
    (name) => !OPTIONAL_SCOPES.includes(name),
  );
  return strange === undefined ? null : `${strange} is no optional scope of the app.`;
}

/** Scopes are separated by spaces. */
export function names(text: string | null): string[] {
  return (text ?? '').split(' ').filter((name) => name !== '');
}
