import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxAccount } from '../../core/provider-module.js';
import type { Stage } from '../../core/stage.js';
import { jsonOf } from '../../http/read-body.js';
import { mountAuthorize } from '../../oauth/authorize.js';
import type { Pair } from '../../oauth/grants.js';
import { condensed, SHOPIFY_SCOPES } from './scopes.js';
import { queryHmac } from './signed-query.js';

const DAY_MS = 86_400_000;

export type ShopOf = (request: FastifyRequest) => SandboxAccount | null;

/** OAuth of one shop: a signed way back, tokens that expire, and grace for a lost rotation. */
export function mountShopifyOAuth(scope: FastifyInstance, stage: Stage, shopOf: ShopOf): void {
  stage.grants.follow({
    codeMs: 60_000,
    accessMs: 3_600_000,
    refreshMs: 90 * DAY_MS,
    makeCode: () => randomBytes(16).toString('hex'),
    makeAccess: () => `shpat_${randomBytes(16).toString('hex')}`,
    makeRefresh: () => `shprt_${randomBytes(16).toString('hex')}`,
    // The old one may be used again until the new one is; the lost pair is then worth nothing.
    rotation: { untilUsedMs: 30 * DAY_MS },
    reuse: 'refuse',
    endsOldAccess: false,
  });
  mountAuthorize(scope, stage, {
    paths: ['/admin/oauth/authorize'],
    scope: { separator: ',', known: SHOPIFY_SCOPES },
    pkce: 'refused',
    responseType: 'optional',
    state: 'required',
    // Tokens of a person who is signed in are not served here.
    extra: { 'grant_options[]': [''] },
    accounts: (request) => {
      const shop = shopOf(request);
      return shop === null ? [] : [shop];
    },
    account: (request, _app, key) => {
      const shop = shopOf(request);
      return shop !== null && [shop.key, shop.id].includes(key) ? shop : null;
    },
    decorate(request, answer) {
      const host = shopOf(request)?.id ?? 'unknown.myshopify.com';
      const parameters = {
        ...answer,
        host: Buffer.from(`admin.shopify.com/store/${host.split('.')[0] ?? ''}`).toString(
          'base64url',
        ),
        shop: host,
        timestamp: String(Math.floor(stage.clock.real() / 1_000)),
      };
      return { ...parameters, hmac: queryHmac(parameters, stage.app.clientSecret) };
    },
    denied: { error: 'access_denied', error_description: 'The merchant denied the request' },
  });
  scope.post('/admin/oauth/access_token', (request, reply) =>
    token(request, reply, stage, shopOf(request)),
  );
}

function token(
  request: FastifyRequest,
  reply: FastifyReply,
  stage: Stage,
  shop: SandboxAccount | null,
): FastifyReply {
  const fail = (status: number, error: string, words: string): FastifyReply =>
    reply.code(status).send({ error, error_description: words });
  if (shop === null) return reply.code(404).send({ errors: 'Not Found' });
  const body = jsonOf(request);
  if (body === null) return fail(400, 'invalid_request', 'The body must be a JSON object.');
  const isApp =
    body['client_id'] === stage.app.clientId && body['client_secret'] === stage.app.clientSecret;
  if (!isApp) return fail(400, 'invalid_client', 'The app or its secret is not known.');
  if (body['grant_type'] === 'refresh_token') {
    return refresh(reply, stage, shop, body['refresh_token'], fail);
  }
  if (body['grant_type'] !== undefined) {
    return fail(400, 'unsupported_grant_type', 'The grant type is not taken.');
  }
  const allowed = ['client_id', 'client_secret', 'code', 'expiring'];
  const strange = Object.keys(body).find((name) => !allowed.includes(name));
  if (strange !== undefined) return fail(400, 'invalid_request', `Unknown parameter ${strange}`);
  const { code } = body;
  if (typeof code !== 'string') return fail(400, 'invalid_request', 'Missing or invalid code.');
  if (body['expiring'] !== '1') {
    return fail(
      403,
      'invalid_request',
      'Non-expiring access tokens are no longer accepted for this app. Ask for an expiring one.',
    );
  }
  const pair = stage.grants.redeem(code, { clientId: stage.app.clientId, verifier: null });
  if (typeof pair === 'string' || pair.grant.account !== shop.id) {
    return fail(400, 'invalid_request', 'The authorization code was not found or was already used');
  }
  return send(reply, pair);
}

function refresh(
  reply: FastifyReply,
  stage: Stage,
  shop: SandboxAccount,
  text: unknown,
  fail: (status: number, error: string, words: string) => FastifyReply,
): FastifyReply {
  const words = 'This request requires an active refresh_token';
  if (typeof text !== 'string') return fail(400, 'invalid_request', words);
  if (stage.grants.ofRefreshToken(text)?.account !== shop.id) {
    return fail(401, 'invalid_request', words);
  }
  const pair = stage.grants.refresh(text, stage.app.clientId);
  return typeof pair === 'string' ? fail(401, 'invalid_request', words) : send(reply, pair);
}

function send(reply: FastifyReply, pair: Pair): FastifyReply {
  void reply.header('cache-control', 'no-store');
  return reply.send({
    access_token: pair.access,
    scope: condensed(pair.grant.scopes).join(','),
    expires_in: Math.floor(pair.accessMs / 1_000),
    refresh_token: pair.refresh,
    refresh_token_expires_in: Math.floor((pair.refreshMs ?? 0) / 1_000),
  });
}
