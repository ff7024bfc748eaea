import OAuth2Strategy from 'passport-oauth2';
import type { HttpClient } from '../../../infrastructure/http-client/http-client.js';
import { Secret } from '../../../kernel/secret.js';
import type { Provider } from '../../providers.js';
import { fillParams } from '../calls/fill-params.js';
import type { OAuthFacts } from '../facts.js';
import type { Tokens } from '../tokens.js';
import { callTokenUrl } from './call-token-url.js';
import { ParamsUnfitError } from './oauth.errors.js';
import { codeGrant, type OAuthApp } from './token-request.js';

/** One connection under way: everything the strategy must not look for in a session or a setting. */
export interface OAuthFlow {
  provider: Provider;
  facts: OAuthFacts;
  app: OAuthApp;
  params: Readonly<Record<string, string>>;
  /** Exactly as it was registered with the provider. */
  redirectUri: string;
  /** Made before the browser leaves, compared before anything is done when it comes back: not by the strategy. */
  state: string;
}

export interface StrategyMemory {
  verifier: string | null;
}

type TokenCallback = (error: unknown, access?: string, refresh?: string, results?: object) => void;

/**
 * passport-oauth2's strategy, built from a connector's facts. It writes the authorize URL (scopes, PKCE,
 * the connector's own parameters) and makes the code exchange; the exchange goes out through our
 * HttpClient in the form the facts ask for, and the library's own way out is closed.
 */
export class ConnectorStrategy extends OAuth2Strategy {
  /** What the token URL gave, or why not: the library's callbacks would bend both. */
  tokens: Tokens | null = null;
  failure: unknown = null;

  constructor(
    private readonly flow: OAuthFlow,
    private readonly memory: StrategyMemory,
    http: HttpClient | null,
  ) {
    const { provider, facts, app, params } = flow;
    const known = provider.connector.facts;
    const authorizationURL = fillParams(facts.authorizeUrl, known.params, params);
    if (authorizationURL === null) throw new ParamsUnfitError(known.name);
    super(
      {
        authorizationURL,
        tokenURL: 'never-asked',
        clientID: app.clientId,
        clientSecret: 'never-used',
        callbackURL: flow.redirectUri,
        ...(facts.sendsScope ? { scope: [...known.scopes.read] } : {}),
        scopeSeparator: facts.scopeSeparator,
        pkce: facts.pkce === 'S256',
        store: storeOf(flow, memory),
        skipUserProfile: true,
      },
      (_access: string, _refresh: string, _profile: unknown, verified: Verified) =>
        verified(null, {}),
    );
    // The library calls these members protected, and gives no other way.
    // oxlint-disable-next-line no-underscore-dangle
    const oauth2 = this._oauth2 as unknown as {
      getOAuthAccessToken(code: string, params: object, done: TokenCallback): void;
      _executeRequest(): void;
    };
    oauth2.getOAuthAccessToken = (code, _params, done) => {
      void this.#exchange(http, code, done);
    };
    // oxlint-disable-next-line no-underscore-dangle
    oauth2._executeRequest = () => {
      throw new Error('Calls go out through HttpClient.');
    };
  }

  override authorizationParams(): object {
    const { facts, provider } = this.flow;
    const { optionalRead } = provider.connector.facts.scopes;
    const param = facts.optionalScopeParam;
    if (param === undefined || optionalRead.length === 0) return { ...facts.authorizeParams };
    return { ...facts.authorizeParams, [param]: optionalRead.join(facts.scopeSeparator) };
  }

  async #exchange(http: HttpClient | null, code: string, done: TokenCallback): Promise<void> {
    const { provider, facts, app, params, redirectUri } = this.flow;
    try {
      if (http === null) throw new Error('This strategy only writes the authorize URL.');
      const { verifier } = this.memory;
      const grant = codeGrant(facts, { code: new Secret(code), redirectUri, verifier });
      this.tokens = await callTokenUrl(http, provider, facts, { app, params, grant });
    } catch (error) {
      this.failure = error;
    }
    if (this.tokens === null) done({});
    else done(null, 'kept apart', undefined, {});
  }
}

type Verified = (error: unknown, user?: object) => void;

/** State is compared before the strategy is asked; it only keeps the PKCE verifier. By the arity, the library knows what to hand over. */
function storeOf(flow: OAuthFlow, memory: StrategyMemory): OAuth2Strategy.StateStore {
  const store = {
    store(
      _request: unknown,
      verifier: string | undefined,
      _state: unknown,
      _meta: unknown,
      done: (error: Error | null, state: string) => void,
    ): void {
      memory.verifier = verifier ?? null;
      done(null, flow.state);
    },
    verify(
      _request: unknown,
      _state: string,
      _meta: unknown,
      done: (error: Error | null, ok: boolean | string, state?: unknown) => void,
    ): void {
      done(null, memory.verifier ?? true);
    },
  };
  return store as unknown as OAuth2Strategy.StateStore;
}
