import { Injectable, Logger } from '@nestjs/common';
import type { RevokeCall } from '../../../connectors/kit/connector.js';
import { sendToProvider } from '../../../connectors/kit/calls/send-to-provider.js';
import { callTokenUrl } from '../../../connectors/kit/oauth/call-token-url.js';
import { type OAuthApp, refreshGrant } from '../../../connectors/kit/oauth/token-request.js';
import type { Tokens } from '../../../connectors/kit/tokens.js';
import { type Provider, Providers } from '../../../connectors/providers.js';
import { HttpClient } from '../../../infrastructure/http-client/http-client.js';
import { Secret } from '../../../kernel/secret.js';
import type { Integration } from '../integrations.repository.js';

/** - `revoked`: the provider says that access has ended. - `not-told`: it could not be told, or said something else. */
export type Revocation = 'revoked' | 'not-told' | 'nothing-to-revoke';

const LIMITS = { headersMs: 8_000, wholeMs: 10_000, maxBytes: 256 * 1024, maxDepth: 16 };

/** A token that ends sooner may be dead when it is used. */
const SPARE_MS = 30_000;

/** Ends our access at the provider, as its connector says. Never throws for what the provider does. */
@Injectable()
export class RevokeAtProvider {
  readonly #logger = new Logger(RevokeAtProvider.name);

  constructor(
    private readonly providers: Providers,
    private readonly http: HttpClient,
  ) {}

  async execute(integration: Integration, tokens: Tokens | null): Promise<Revocation> {
    if (tokens === null || integration.account === null) return 'nothing-to-revoke';
    try {
      return await this.#revoke(integration, integration.account, tokens);
    } catch (error) {
      this.#logger.warn(`${integration.id}: the provider was not told of its end`, error);
      return 'not-told';
    }
  }

  async #revoke(
    { provider: id, params }: Integration,
    account: NonNullable<Integration['account']>,
    held: Tokens,
  ): Promise<Revocation> {
    const provider = this.providers.get(id);
    const { connector } = provider;
    const isKey = connector.facts.auth.kind === 'key';
    const app = isKey ? { clientId: '', clientSecret: new Secret('') } : this.providers.app(id);
    const tokens = await this.#usable(provider, app, params, held);
    const { accessToken, refreshToken, grant } = tokens;
    const calls = connector.revoke({ account, params, grant, accessToken, refreshToken, ...app });
    if (calls.length === 0) return 'nothing-to-revoke';
    const done: boolean[] = [];
    for (const call of calls) done.push(await this.#call(provider, params, call));
    return done.some(Boolean) ? 'revoked' : 'not-told';
  }

  /** Some end access only for who brings a token that still works. Nobody else refreshes these any more. */
  async #usable(
    provider: Provider,
    app: OAuthApp,
    params: Integration['params'],
    held: Tokens,
  ): Promise<Tokens> {
    const { auth } = provider.connector.facts;
    const { refreshToken } = held;
    if (auth.kind === 'key' || refreshToken === null) return held;
    if (held.expiresAt > Date.now() + SPARE_MS) return held;
    try {
      const call = { app, params, grant: refreshGrant(refreshToken) };
      const fresh = await callTokenUrl(this.http, provider, auth, call);
      return {
        ...fresh,
        refreshToken: fresh.refreshToken ?? refreshToken,
        grant: { ...held.grant, ...fresh.grant },
      };
    } catch {
      return held;
    }
  }

  async #call(
    provider: Provider,
    params: Integration['params'],
    { method, url, headers, body, isDone }: RevokeCall,
  ): Promise<boolean> {
    try {
      const answer = await sendToProvider(
        this.http,
        provider,
        { method, url, ...written(headers, body), limits: LIMITS },
        { params },
      );
      return isDone(answer.status, bodyOf(answer));
    } catch (error) {
      this.#logger.warn(`a call that ends access at ${provider.id} failed`, error);
      return false;
    }
  }
}

function written(
  headers: RevokeCall['headers'],
  body: RevokeCall['body'],
): { headers: RevokeCall['headers']; body: Secret | null } {
  if (body === null) return { headers, body: null };
  if ('json' in body) {
    const text = JSON.stringify(body.json, (_key, value: unknown) => revealed(value));
    return {
      headers: { ...headers, 'content-type': 'application/json' },
      body: new Secret(text),
    };
  }
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body.form)) form.set(name, String(revealed(value)));
  return {
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new Secret(form.toString()),
  };
}

function revealed(value: unknown): unknown {
  return value instanceof Secret ? value.reveal() : value;
}

/** Undefined where it is no JSON: then the status has to say it. */
function bodyOf(answer: { json(): unknown }): unknown {
  try {
    return answer.json();
  } catch {
    return undefined;
  }
}
