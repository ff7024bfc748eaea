import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Stage } from '../../core/stage.js';
import { basicOf, formOf } from '../../http/read-body.js';
import type { GrantRefusal, Pair } from '../../oauth/grants.js';
import type { Grant } from '../../oauth/grants-state.js';
import { longScopes } from './app.js';
import { EVENT_URIS } from './security-event.js';
import type { SigningKey } from './signing-key.js';
import { userOf } from './users.js';

const ACCESS_MS = 3_599_000;

/** oauth2.googleapis.com, and the keys that what it signs is checked with. */
export function mountTokens(scope: FastifyInstance, stage: Stage, key: SigningKey): void {
  const { grants } = stage;
  grants.follow({
    codeMs: 600_000,
    accessMs: ACCESS_MS,
    refreshMs: null,
    makeCode: () => `4/0A${text(70)}`,
    makeAccess: () => `ya29.a0${text(200)}`,
    makeRefresh: () => `1//0${text(98)}`,
    rotation: 'keeps',
    reuse: 'refuse',
    endsOldAccess: false,
  });

  scope.post('/token', (request, reply) => {
    const form = formOf(request);
    if (form === null) return refuse(reply, 400, 'invalid_request', 'Bad Request');
    const clientId = clientOf(request, form, stage);
    if (clientId === null) return refuse(reply, 401, 'invalid_client', 'Unauthorized');
    switch (form.get('grant_type')) {
      case 'authorization_code': {
        const code = form.get('code');
        if (!code) return refuse(reply, 400, 'invalid_request', 'Missing required parameter: code');
        const pair = grants.redeem(code, {
          clientId,
          redirectUri: form.get('redirect_uri') ?? '',
          verifier: form.get('code_verifier') ?? null,
        });
        if (typeof pair === 'string') return refuseCode(reply, pair);
        return { ...bearer(pair, key, stage), ...refreshPart(pair, stage) };
      }
      case 'refresh_token': {
        const token = form.get('refresh_token') ?? '';
        const pair = grants.refresh(token, clientId);
        if (pair === 'wrong-client')
          return refuse(reply, 401, 'unauthorized_client', 'Unauthorized');
        if (pair === 'unknown') return refuse(reply, 400, 'invalid_grant', 'Bad Request');
        if (typeof pair === 'string') {
          return refuse(reply, 400, 'invalid_grant', 'Token has been expired or revoked.');
        }
        // No refresh token: the old one stays.
        return bearer(pair, key, stage);
      }
      default: {
        const why = `Invalid grant_type: ${form.get('grant_type') ?? ''}`;
        return refuse(reply, 400, 'unsupported_grant_type', why);
      }
    }
  });

  scope.post('/revoke', (request, reply) => {
    const token = formOf(request)?.get('token');
    if (!token) return refuse(reply, 400, 'invalid_request', 'Missing required parameter: token');
    const access = grants.check(token);
    const grant = grants.ofRefreshToken(token) ?? (typeof access === 'object' ? access : null);
    if (grant === null || grant.revoked) {
      return refuse(reply, 400, 'invalid_token', 'Token expired or revoked');
    }
    // All that the person gave to the project ends, whichever token is named.
    grants.revokeAccount(grant.account);
    return {};
  });

  scope.get('/oauth2/v3/certs', () => ({ keys: [key.jwk()] }));
  scope.get('/.well-known/risc-configuration', () => ({
    issuer: 'https://accounts.google.com/',
    jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
    events_supported: EVENT_URIS,
  }));
}

function bearer({ access, grant }: Pair, key: SigningKey, stage: Stage): Record<string, unknown> {
  const scopes = longScopes(grant.scopes);
  return {
    access_token: access,
    expires_in: ACCESS_MS / 1000,
    scope: scopes.join(' '),
    token_type: 'Bearer',
    ...(scopes.includes('openid') ? { id_token: idToken(grant, key, stage) } : {}),
  };
}

function idToken(grant: Grant, key: SigningKey, stage: Stage): string {
  const seconds = Math.floor(stage.clock.real() / 1000);
  const { nonce } = grant.notes;
  const hasEmail = longScopes(grant.scopes).some((name) => name.endsWith('/userinfo.email'));
  const claims = {
    iss: 'https://accounts.google.com',
    azp: grant.clientId,
    aud: grant.clientId,
    sub: grant.account,
    ...(hasEmail ? { email: userOf(grant.account)?.email, email_verified: true } : {}),
    ...(nonce ? { nonce } : {}),
    iat: seconds,
    exp: seconds + 3_600,
  };
  return key.sign(claims, 'JWT');
}

/** Only with access_type=offline, and to one who agreed before only with prompt=consent. */
function refreshPart({ refresh, grant }: Pair, stage: Stage): Record<string, string> {
  if (grant.notes['accessType'] !== 'offline') return {};
  const agreedBefore = stage
    .changes(grant.account)
    .some((change) => change['kind'] === 'agreed' && change['clientId'] === grant.clientId);
  if (!agreedBefore) {
    stage.remember(grant.account, { kind: 'agreed', clientId: grant.clientId });
  }
  const asksAgain = (grant.notes['prompt'] ?? '').includes('consent');
  return agreedBefore && !asksAgain ? {} : { refresh_token: refresh };
}

/** In the form or by Basic. */
function clientOf(request: FastifyRequest, form: Map<string, string>, stage: Stage): string | null {
  const basic = basicOf(request);
  const clientId = basic?.user ?? form.get('client_id');
  const secret = basic?.password ?? form.get('client_secret');
  const { app } = stage;
  return clientId === app.clientId && secret === app.clientSecret ? app.clientId : null;
}

function refuseCode(reply: FastifyReply, why: GrantRefusal): FastifyReply {
  if (why === 'redirect') return refuse(reply, 400, 'redirect_uri_mismatch', 'Bad Request');
  const message = why === 'verifier' ? 'Invalid code verifier.' : 'Malformed auth code.';
  return refuse(reply, 400, 'invalid_grant', why === 'used' ? 'Bad Request' : message);
}

function refuse(
  reply: FastifyReply,
  status: number,
  error: string,
  error_description: string,
): FastifyReply {
  return reply.code(status).send({ error, error_description });
}

function text(length: number): string {
  return randomBytes(length).toString('base64url').slice(0, length);
}
