import type { HttpRequest } from '../../../infrastructure/http-client/http-request.js';
import { Secret } from '../../../kernel/secret.js';
import type { OAuthFacts } from '../facts.js';
import type { Provider } from '../../providers.js';
import { fillParams } from '../calls/fill-params.js';
import { ParamsUnfitError } from './oauth.errors.js';

/** This installation's app at the provider (`Providers.app`). */
export interface OAuthApp {
  clientId: string;
  clientSecret: Secret;
}

/** What is asked for: the parameters of a grant, without those by which our client proves itself. */
export type Grant = Readonly<Record<string, string | Secret>>;

/** A code from the consent page, for tokens. */
export function codeGrant(
  facts: OAuthFacts,
  given: { code: Secret; redirectUri: string; verifier: string | null },
): Grant {
  return {
    ...(facts.standardExchange
      ? { grant_type: 'authorization_code', redirect_uri: given.redirectUri }
      : {}),
    code: given.code,
    ...(given.verifier === null ? {} : { code_verifier: new Secret(given.verifier) }),
    ...facts.exchangeParams,
  };
}

export function refreshGrant(refreshToken: Secret): Grant {
  return { grant_type: 'refresh_token', refresh_token: refreshToken };
}

/**
 * A call of the provider's token URL, ready for `sendToProvider` with the same params.
 *
 * @param params of the connection, for the `{}` in the URL
 * @throws ParamsUnfitError
 */
export function tokenRequest(
  provider: Provider,
  facts: OAuthFacts,
  app: OAuthApp,
  params: Readonly<Record<string, string>>,
  grant: Grant,
): Omit<HttpRequest, 'allow'> {
  const { name, params: known } = provider.connector.facts;
  const url = fillParams(facts.tokenUrl, known, params);
  if (url === null) throw new ParamsUnfitError(name);
  const fields = { ...(facts.clientAuth === 'body' ? credentialsOf(app) : {}), ...grant };
  return {
    method: 'POST',
    url,
    headers: {
      accept: 'application/json',
      'content-type':
        facts.tokenBody === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
      ...proofOf(facts, app),
    },
    body: new Secret(facts.tokenBody === 'json' ? asJson(fields) : asForm(fields)),
    limits: { headersMs: 20_000, wholeMs: 30_000, maxBytes: 256 * 1024, maxDepth: 16 },
  };
}

function credentialsOf({ clientId, clientSecret }: OAuthApp): Grant {
  return { client_id: clientId, client_secret: clientSecret };
}

function proofOf(facts: OAuthFacts, { clientId, clientSecret }: OAuthApp): Grant {
  if (facts.clientAuth === 'body') return {};
  const secret = clientSecret.reveal();
  const pair = facts.clientAuth === 'basic' ? `${clientId}:${secret}` : `${secret}:`;
  return { authorization: new Secret(`Basic ${Buffer.from(pair, 'utf8').toString('base64')}`) };
}

function asJson(fields: Grant): string {
  return JSON.stringify(revealed(fields));
}

function asForm(fields: Grant): string {
  return new URLSearchParams(revealed(fields)).toString();
}

function revealed(fields: Grant): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Secret ? value.reveal() : value,
    ]),
  );
}
