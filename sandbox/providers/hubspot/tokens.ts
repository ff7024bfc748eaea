import { createHash, randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Stage } from '../../core/stage.js';
import { formOf } from '../../http/read-body.js';
import type { Grant } from '../../oauth/grants-state.js';
import type { Pair } from '../../oauth/grants.js';
import { APP_ID, VERSION } from './app.js';
import { Refusal } from './answers.js';
import { names } from './authorize.js';
import { CRM_ACCOUNTS } from '../../business/crm/accounts.js';

const EXCHANGE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  authorization_code: ['code', 'redirect_uri'],
  refresh_token: ['refresh_token'],
};

/** The token endpoints. Everything comes in the body of a form; HTTP Basic and queries are not looked at. */
export function mountTokens(scope: FastifyInstance, stage: Stage): void {
  const { grants } = stage;
  grants.follow({
    codeMs: 600_000,
    accessMs: 1_800_000,
    refreshMs: null,
    makeCode: () => `na1-${randomUUID()}`,
    // Longer than the 255 characters that many a column has.
    makeAccess: () => Array.from({ length: 9 }, () => randomUUID()).join(''),
    makeRefresh: () => `na1-${randomUUID()}`,
    rotation: 'keeps',
    reuse: 'refuse',
    endsOldAccess: false,
  });

  scope.post(`/oauth/${VERSION}/token`, (request) => {
    const form = clientForm(request, stage);
    const type = form.get('grant_type') ?? '';
    const fields = Object.hasOwn(EXCHANGE_FIELDS, type) ? EXCHANGE_FIELDS[type] : undefined;
    if (fields === undefined) throw refusal('BAD_GRANT_TYPE', 'missing or unknown grant type');
    for (const name of fields) {
      if (!form.get(name)) throw refusal('BAD_REQUEST', `missing required field: ${name}`);
    }
    const clientId = form.get('client_id') ?? '';
    if (type === 'refresh_token') {
      const token = form.get('refresh_token') ?? '';
      const grant = grants.ofRefreshToken(token);
      const isDead = grant === null || isRevoked(stage, grant, token);
      const pair = isDead ? 'revoked' : grants.refresh(token, clientId);
      if (typeof pair === 'string') {
        throw refusal('BAD_REFRESH_TOKEN', 'missing or invalid refresh token');
      }
      return answer(pair);
    }
    const pair = grants.redeem(form.get('code') ?? '', {
      clientId,
      redirectUri: form.get('redirect_uri'),
      verifier: form.get('code_verifier') ?? null,
    });
    if (pair === 'redirect') throw refusal('BAD_REDIRECT_URI', 'missing or unknown redirect uri');
    if (typeof pair === 'string') throw refusal('BAD_AUTH_CODE', 'missing or unknown auth code');
    return answer(pair);
  });

  scope.post(`/oauth/${VERSION}/token/introspect`, (request) => {
    const form = clientForm(request, stage);
    const token = form.get('token') ?? '';
    if (token === '') throw refusal('BAD_REQUEST', 'missing required field: token');
    const refresh = grants.ofRefreshToken(token);
    const access = refresh === null ? grants.check(token) : null;
    const grant = refresh ?? (typeof access === 'object' ? access : null);
    if (grant === null || grant.revoked || (refresh && isRevoked(stage, refresh, token))) {
      return { active: false };
    }
    const isAccess = refresh === null;
    return {
      active: true,
      token,
      token_type: 'bearer',
      token_use: isAccess ? 'access_token' : 'refresh_token',
      client_id: grant.clientId,
      app_id: APP_ID,
      ...holder(grant),
      ...(isAccess ? { expires_in: 1_800, is_private_distribution: false } : {}),
      scopes: scopesOf(grant),
      ...(isAccess
        ? {
            signed_access_token: {
              hubId: Number(grant.account),
              appId: APP_ID,
              userId: userOf(grant),
            },
          }
        : {}),
    };
  });

  scope.post(`/oauth/${VERSION}/token/revoke`, (request, reply) => {
    const form = clientForm(request, stage);
    const token = form.get('token') ?? '';
    const grant = grants.ofRefreshToken(token);
    if (grant === null || isRevoked(stage, grant, token)) {
      throw refusal('BAD_TOKEN', 'missing or unknown token');
    }
    // The install and living access tokens stay: only the refresh token is dead.
    stage.remember(grant.account, { kind: 'refresh-token-revoked', hash: hashOf(token) });
    return reply.code(200).send();
  });
}

/** All that a grant allows: what had to be asked for, and the optional scopes. */
export function scopesOf(grant: Grant): string[] {
  return [...new Set([...grant.scopes, ...names(grant.notes['optional'] ?? '')])];
}

function answer({ access, refresh, accessMs, grant }: Pair): Record<string, unknown> {
  return {
    token_type: 'bearer',
    token_use: 'access_token',
    access_token: access,
    refresh_token: refresh,
    expires_in: accessMs / 1000,
    hub_id: Number(grant.account),
    user_id: userOf(grant),
    scopes: scopesOf(grant),
  };
}

function holder(grant: Grant): Record<string, unknown> {
  const domain = CRM_ACCOUNTS.find(({ id }) => String(id) === grant.account)?.domain;
  const user = `owner@${domain}`;
  return { hub_id: Number(grant.account), hub_domain: domain, user, user_id: userOf(grant) };
}

function userOf(grant: Grant): number {
  return 40_000_000 + (Number(grant.account) % 1_000_000);
}

function clientForm(request: FastifyRequest, stage: Stage): Map<string, string> {
  const form = formOf(request);
  if (form === null) throw new Refusal(415, oauthBody('BAD_REQUEST', 'a form is expected'));
  if (form.get('client_id') !== stage.app.clientId) {
    throw refusal('BAD_CLIENT_ID', 'missing or invalid client id');
  }
  if (form.get('client_secret') !== stage.app.clientSecret) {
    throw refusal('BAD_CLIENT_SECRET', 'missing or invalid client secret');
  }
  return form;
}

function isRevoked(stage: Stage, grant: Grant, token: string): boolean {
  const hash = hashOf(token);
  return stage
    .changes(grant.account)
    .some((change) => change['kind'] === 'refresh-token-revoked' && change['hash'] === hash);
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function refusal(status: string, message: string): Refusal {
  return new Refusal(400, oauthBody(status, message));
}

/** Of these endpoints only: `status` names the fault. */
function oauthBody(status: string, message: string): Record<string, unknown> {
  return { status, message, correlationId: randomUUID() };
}
