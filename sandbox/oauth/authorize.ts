import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { queryOf } from '../http/read-body.js';
import type { AppSettings } from '../core/app-settings.js';
import type { SandboxAccount } from '../core/provider-module.js';
import type { Stage } from '../core/stage.js';
import { consentPage, refusalPage } from './consent-page.js';
import { isChallenge } from './pkce.js';
import { isRegisteredRedirect } from './redirect-uri.js';

/** A provider's authorize page as data; what differs is a function. */
export interface AuthorizeRules {
  paths: readonly string[];
  /** Null: permissions are no matter of the URL, and a `scope` in it is refused. */
  scope: {
    separator: string;
    /** Every scope the provider has. */
    known: readonly string[];
    /** Of these at least one must be asked for. Empty: none need be. */
    oneOf?: readonly string[];
  } | null;
  /** Granted where `scope` is null. */
  fixedScopes?: readonly string[];
  pkce: 'required' | 'optional' | 'refused';
  responseType: 'required' | 'optional' | 'refused';
  state: 'required' | 'optional';
  /** Parameters beside the standard ones, and the values they may have; null: any. */
  extra: Readonly<Record<string, readonly string[] | null>>;
  required?: readonly string[];
  /** The accounts that this request can choose among. */
  accounts(request: FastifyRequest, app: AppSettings): readonly SandboxAccount[];
  /** One that is not listed but was asked for by key. */
  account(request: FastifyRequest, app: AppSettings, key: string): SandboxAccount | null;
  /** What is kept with the grant. */
  notes?(request: FastifyRequest, account: SandboxAccount): Record<string, string>;
  /** Query parameters of the way back where the provider adds some or signs them. */
  decorate?(
    request: FastifyRequest,
    answer: Record<string, string>,
    account: SandboxAccount | null,
  ): Record<string, string>;
  denied: Readonly<Record<string, string>>;
}

const OURS = new Set(['decision', 'account']);
const STANDARD = ['client_id', 'redirect_uri', 'response_type', 'scope', 'state'];
const PKCE = ['code_challenge', 'code_challenge_method'];

/** The consent page, strict about all that a request says. */
export function mountAuthorize(scope: FastifyInstance, stage: Stage, rules: AuthorizeRules): void {
  for (const path of rules.paths) {
    scope.get(path, (request, reply) => answer(request, reply, stage, rules));
  }
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  stage: Stage,
  rules: AuthorizeRules,
): FastifyReply {
  const query = queryOf(request);
  const app = appOf(stage, query.get('client_id'));
  const redirect = query.get('redirect_uri');
  const fault =
    (app === null && 'client_id names no app.') ||
    ((redirect === null || !isRegisteredRedirect(stage.provider, redirect)) &&
      'redirect_uri is not registered for this app.') ||
    faultOf(query, rules);
  if (fault || app === null || redirect === null) {
    void reply.code(400).type('text/html; charset=utf-8');
    return reply.send(refusalPage(stage.provider, fault || 'client_id names no app.'));
  }

  const scopes = rules.scope
    ? (query.get('scope') ?? '').split(rules.scope.separator).filter((name) => name !== '')
    : [...(rules.fixedScopes ?? [])];
  const accounts = rules.accounts(request, app);
  const key = query.get('account');
  const chosen = key === null ? accounts[0] : rules.account(request, app, key);
  const decision = query.get('decision');

  if (decision === null) {
    for (const name of OURS) query.delete(name);
    void reply.type('text/html; charset=utf-8').header('cache-control', 'no-store');
    return reply.send(
      consentPage({ provider: stage.provider, clientId: app.clientId, scopes, accounts, query }),
    );
  }
  if (!['approve', 'deny'].includes(decision) || (decision === 'approve' && !chosen)) {
    void reply.code(400).type('text/html; charset=utf-8');
    const why = chosen ? 'decision is approve or deny.' : 'there is no such account.';
    return reply.send(refusalPage(stage.provider, why));
  }

  const state = query.get('state');
  const said: Record<string, string> =
    decision === 'deny' || !chosen
      ? { ...rules.denied }
      : {
          code: stage.grants.approve({
            account: chosen.id,
            clientId: app.clientId,
            scopes: stage.knobs.withheld(scopes),
            redirectUri: redirect,
            challenge: query.get('code_challenge'),
            notes: rules.notes?.(request, chosen) ?? {},
          }),
        };
  if (state !== null) said['state'] = state;
  const back = rules.decorate?.(request, said, chosen ?? null) ?? said;
  // Not URLSearchParams: a space is `%20` on the way back, which signatures are made over.
  const text = Object.entries(back)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  return reply.redirect(`${redirect}?${text}`, 302);
}

/** The app that a client id names: the live one or the test one. */
export function appOf(stage: Stage, clientId: string | null): AppSettings | null {
  if (clientId === stage.app.clientId) return stage.app;
  return stage.testApp !== null && clientId === stage.testApp.clientId ? stage.testApp : null;
}

function faultOf(query: URLSearchParams, rules: AuthorizeRules): string | false {
  const allowed = new Set([...STANDARD, ...PKCE, ...OURS, ...Object.keys(rules.extra)]);
  const seen = new Set<string>();
  for (const [name, value] of query) {
    if (!allowed.has(name)) return `${name} is no parameter of this page.`;
    if (seen.has(name)) return `${name} is given twice.`;
    seen.add(name);
    const values = rules.extra[name];
    if (values && !values.includes(value)) return `${name} has a value it cannot have.`;
  }
  for (const name of rules.required ?? []) {
    if (!query.get(name)) return `${name} is missing.`;
  }
  const type = query.get('response_type');
  if (type === null ? rules.responseType === 'required' : type !== 'code') {
    return 'response_type must be code.';
  }
  if (type !== null && rules.responseType === 'refused') return 'response_type is not taken.';
  if (rules.state === 'required' && !query.get('state')) return 'state is missing.';
  return scopeFault(query, rules) || pkceFault(query, rules);
}

function scopeFault(query: URLSearchParams, rules: AuthorizeRules): string | false {
  const text = query.get('scope');
  if (rules.scope === null) return text !== null && 'scope is not taken: the app has permissions.';
  const names = (text ?? '').split(rules.scope.separator).filter((name) => name !== '');
  if (names.length === 0) return 'scope is missing.';
  if (new Set(names).size !== names.length) return 'a scope is named twice.';
  const { known, oneOf = [] } = rules.scope;
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined) return `there is no scope ${strange}.`;
  if (oneOf.length > 0 && !oneOf.some((name) => names.includes(name))) {
    return `one of the scopes ${oneOf.join(', ')} is needed.`;
  }
  return false;
}

function pkceFault(query: URLSearchParams, rules: AuthorizeRules): string | false {
  const challenge = query.get('code_challenge');
  const method = query.get('code_challenge_method');
  if (challenge === null && method === null) {
    return rules.pkce === 'required' && 'code_challenge is missing.';
  }
  if (rules.pkce === 'refused') return 'code_challenge is not taken.';
  if (method !== 'S256') return 'code_challenge_method must be S256.';
  return !(challenge !== null && isChallenge(challenge)) && 'code_challenge is malformed.';
}
