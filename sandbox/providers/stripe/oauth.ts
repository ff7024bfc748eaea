import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AppSettings } from '../../core/app-settings.js';
import type { SandboxAccount } from '../../core/provider-module.js';
import type { Stage } from '../../core/stage.js';
import { basicOf, formOf } from '../../http/read-body.js';
import { mountAuthorize } from '../../oauth/authorize.js';
import type { GrantRefusal, Pair } from '../../oauth/grants.js';
import { READ_PERMISSIONS } from './permissions.js';

const HOUR_MS = 3_600_000;

/** The accounts one app may be given. */
export interface AccountsByMode {
  listed(live: boolean): readonly SandboxAccount[];
  find(keyOrId: string): SandboxAccount | null;
}

/** App OAuth: consent, tokens that rotate at once, and giving access back. */
export function mountStripeOAuth(
  scope: FastifyInstance,
  stage: Stage,
  accounts: AccountsByMode,
): void {
  const isLive = (app: AppSettings): boolean => app === stage.app;
  stage.grants.follow({
    codeMs: 5 * 60_000,
    accessMs: HOUR_MS,
    refreshMs: 365 * 24 * HOUR_MS,
    makeCode: () => `ac_${random(24)}`,
    makeAccess: (grant) => `sk_${grant.notes['mode']}_${random(48)}`,
    makeRefresh: () => `rt_${random(48)}`,
    rotation: 'at-once',
    reuse: 'refuse',
    endsOldAccess: false,
  });
  mountAuthorize(scope, stage, {
    paths: ['/oauth/v2/authorize', '/oauth/v2/:link(^chnlink_[A-Za-z0-9]+$)/authorize'],
    scope: null,
    fixedScopes: READ_PERMISSIONS,
    pkce: 'refused',
    responseType: 'optional',
    state: 'optional',
    extra: {},
    accounts: (_request, app) => accounts.listed(isLive(app)),
    account: (_request, app, key) => {
      const found = accounts.find(key);
      return found?.test === !isLive(app) ? found : null;
    },
    notes: (_request, account) => ({ mode: account.test ? 'test' : 'live' }),
    denied: { error: 'access_denied', error_description: 'The user denied your request' },
  });
  scope.post('/v1/oauth/token', (request, reply) => token(request, reply, stage));
  // Both hosts know it.
  for (const path of ['/v1/oauth/deauthorize', '/oauth/deauthorize']) {
    scope.post(path, (request, reply) => deauthorize(request, reply, stage));
  }
}

function token(request: FastifyRequest, reply: FastifyReply, stage: Stage): FastifyReply {
  const fail = oauthError(reply);
  const app = appOfSecret(request, stage);
  if (app === null) return fail(401, 'invalid_client', 'Invalid API Key provided.');
  const form = formOf(request);
  if (form === null) return fail(400, 'invalid_request', 'The body must be a form.');
  const allowed = ['grant_type', 'code', 'refresh_token', 'redirect_uri', 'client_id'];
  const strange = [...form.keys()].find((name) => !allowed.includes(name));
  if (strange !== undefined) return fail(400, 'invalid_request', `Unknown parameter: ${strange}`);
  const type = form.get('grant_type');
  if (form.has('code') && form.has('refresh_token')) {
    return fail(400, 'invalid_request', 'Only one of code and refresh_token may be sent.');
  }
  if (type === 'authorization_code') {
    const code = form.get('code');
    if (!code) return fail(400, 'invalid_request', 'No authorization code provided');
    const redirectUri = form.get('redirect_uri');
    const pair = stage.grants.redeem(code, {
      clientId: app.clientId,
      redirectUri,
      verifier: null,
    });
    if (typeof pair === 'string') return fail(400, 'invalid_grant', codeWords(pair, code));
    return send(reply, app, pair);
  }
  if (type === 'refresh_token') {
    const text = form.get('refresh_token');
    if (!text) return fail(400, 'invalid_request', 'No refresh token provided');
    const pair = stage.grants.refresh(text, app.clientId);
    if (pair === 'wrong-client') {
      return fail(
        400,
        'invalid_grant',
        'You do not have the required permissions to use this refresh token.',
      );
    }
    if (typeof pair === 'string') {
      return fail(400, 'invalid_grant', 'Refresh token is invalid, expired or was already used.');
    }
    return send(reply, app, pair);
  }
  return fail(
    400,
    'unsupported_grant_type',
    'Grant type must be authorization_code or refresh_token.',
  );
}

function send(reply: FastifyReply, app: AppSettings, pair: Pair): FastifyReply {
  const { mode = 'live' } = pair.grant.notes;
  void reply.header('request-id', `req_${random(14)}`).header('cache-control', 'no-store');
  // No expires_in: the real answer has none either.
  return reply.send({
    access_token: pair.access,
    livemode: mode === 'live',
    refresh_token: pair.refresh,
    scope: 'stripe_apps',
    stripe_publishable_key: `pk_${mode}_${app.clientId.slice(-12)}`,
    stripe_user_id: pair.grant.account,
    token_type: 'bearer',
  });
}

function deauthorize(request: FastifyRequest, reply: FastifyReply, stage: Stage): FastifyReply {
  const fail = oauthError(reply);
  const app = appOfSecret(request, stage);
  if (app === null) return fail(401, 'invalid_client', 'Invalid API Key provided.');
  const form = formOf(request);
  const account = form?.get('stripe_user_id');
  if (form === null || account === undefined || form.get('client_id') !== app.clientId) {
    return fail(401, 'invalid_client', 'No such application, or it is not yours.');
  }
  if (stage.grants.revokeAccount(account, app.clientId) === 0) {
    const words = `This application is not connected to stripe account ${account}, or that account does not exist.`;
    return fail(401, 'invalid_client', words);
  }
  return reply.send({ stripe_user_id: account });
}

/** The secret key is the user name of HTTP Basic and there is no password. */
function appOfSecret(request: FastifyRequest, stage: Stage): AppSettings | null {
  const basic = basicOf(request);
  if (basic === null || basic.password !== '') return null;
  return [stage.app, stage.testApp].find((app) => app?.clientSecret === basic.user) ?? null;
}

function oauthError(
  reply: FastifyReply,
): (status: number, error: string, words: string) => FastifyReply {
  return (status, error, words) => {
    void reply.code(status).header('request-id', `req_${random(14)}`);
    return reply.send({ error, error_description: words });
  };
}

function codeWords(refusal: GrantRefusal, code: string): string {
  const short = `${code.slice(0, 5)}...`;
  return refusal === 'expired' || refusal === 'used'
    ? `Authorization code expired or already used: ${short}`
    : `Authorization code does not exist: ${short}`;
}

function random(length: number): string {
  return randomBytes(length).toString('base64url').replace(/[-_]/g, '0').slice(0, length);
}
