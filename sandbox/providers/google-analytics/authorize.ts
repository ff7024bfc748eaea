import type { FastifyInstance } from 'fastify';
import type { Stage } from '../../core/stage.js';
import { queryOf } from '../../http/read-body.js';
import { mountAuthorize } from '../../oauth/authorize.js';
import { KNOWN_SCOPES, longScopes } from './app.js';
import { PEOPLE } from './users.js';

/** accounts.google.com */
export function mountGoogleAuthorize(scope: FastifyInstance, stage: Stage): void {
  mountAuthorize(scope, stage, {
    paths: ['/o/oauth2/v2/auth'],
    scope: { separator: ' ', known: KNOWN_SCOPES },
    pkce: 'optional',
    responseType: 'required',
    state: 'optional',
    extra: {
      access_type: ['offline', 'online'],
      prompt: ['none', 'consent', 'select_account', 'consent select_account'],
      include_granted_scopes: ['true', 'false'],
      login_hint: null,
      nonce: null,
    },
    accounts: () => PEOPLE,
    account: (_request, _app, key) =>
      PEOPLE.find((one) => one.key === key || one.id === key) ?? null,
    notes: (request) => {
      const query = queryOf(request);
      return {
        accessType: query.get('access_type') ?? 'online',
        prompt: query.get('prompt') ?? '',
        nonce: query.get('nonce') ?? '',
      };
    },
    decorate(request, answer) {
      if (!('code' in answer)) return answer;
      const asked = (queryOf(request).get('scope') ?? '').split(' ');
      const scope = longScopes(stage.knobs.withheld(asked)).join(' ');
      return { ...answer, scope, authuser: '0', prompt: 'consent' };
    },
    denied: { error: 'access_denied' },
  });
}
