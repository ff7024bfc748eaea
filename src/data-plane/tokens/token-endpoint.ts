import { Injectable } from '@nestjs/common';
import { retryAfterMs } from '../../connectors/kit/calls/retry-after.js';
import { sendToProvider } from '../../connectors/kit/calls/send-to-provider.js';
import type { OAuthFacts } from '../../connectors/kit/facts.js';
import { readTokens } from '../../connectors/kit/oauth/read-tokens.js';
import { refreshGrant, tokenRequest } from '../../connectors/kit/oauth/token-request.js';
import { BrokenPageError } from '../../connectors/kit/provider-errors.js';
import type { Tokens } from '../../connectors/kit/tokens.js';
import { type Provider, Providers } from '../../connectors/providers.js';
import { HttpClient } from '../../infrastructure/http-client/http-client.js';
import type { HttpLimits } from '../../infrastructure/http-client/http-limits.js';
import type { HttpAnswer } from '../../infrastructure/http-client/http-request.js';
import { AppError } from '../../kernel/app-error.js';
import type { Secret } from '../../kernel/secret.js';
import { isFinalFailure } from './is-final-failure.js';
import { BrokerSettings } from './broker-settings.js';

/** What became of asking for new tokens. `unused`: it is certain that the refresh token was not used up. */
export type RefreshAnswer =
  | { kind: 'tokens'; tokens: Tokens }
  /** The provider said no, for good. */
  | { kind: 'final'; status: number }
  /** The provider said no, for now. */
  | { kind: 'passing'; status: number; unused: boolean; retryAfterSeconds: number | null }
  /** Nothing came back, or nothing that can be read. */
  | { kind: 'no-answer'; unused: boolean };

/** Asks a provider's token URL for a new pair, once. */
@Injectable()
export class TokenEndpoint {
  constructor(
    private readonly http: HttpClient,
    private readonly providers: Providers,
    private readonly settings: BrokerSettings,
  ) {}

  /** @throws ProviderUnknownError | ProviderNotConfiguredError before anything is sent */
  async refresh(
    providerId: string,
    params: Readonly<Record<string, string>>,
    refreshToken: Secret,
  ): Promise<RefreshAnswer> {
    const provider = this.providers.get(providerId);
    const { auth } = provider.connector.facts;
    if (auth.kind !== 'oauth2') throw new Error(`${providerId} has no tokens to refresh.`);
    const app = this.providers.app(providerId);
    const request = tokenRequest(provider, auth, app, params, refreshGrant(refreshToken));
    const limits: Partial<HttpLimits> = { ...request.limits, wholeMs: this.settings.callMs };
    try {
      const answer = await sendToProvider(this.http, provider, { ...request, limits }, { params });
      return understand(answer, provider, auth);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { kind: 'no-answer', unused: wasNeverSent(error) };
    }
  }
}

function understand(answer: HttpAnswer, provider: Provider, facts: OAuthFacts): RefreshAnswer {
  const { status } = answer;
  const { tokens: quirks } = provider.connector;
  const body = bodyOf(answer);
  if (status >= 200 && status < 300) {
    try {
      return { kind: 'tokens', tokens: readTokens(body, facts, quirks) };
    } catch (error) {
      if (!(error instanceof BrokenPageError)) throw error;
      // Some say no with a 200; all else may have been new tokens, cut off.
      if (quirks.refreshFailure?.(status, body) === 'final') return { kind: 'final', status };
      return { kind: 'no-answer', unused: false };
    }
  }
  if (isFinalFailure(quirks, status, body)) return { kind: 'final', status };
  const waitMs = retryAfterMs(answer.headers['retry-after'], Date.now());
  return {
    kind: 'passing',
    status,
    // A server that fails may have failed after the deed.
    unused: status < 500 && status !== 408,
    retryAfterSeconds: waitMs === null ? null : Math.ceil(waitMs / 1000),
  };
}

/** Undefined where it is no JSON: its status says enough. */
function bodyOf(answer: HttpAnswer): unknown {
  try {
    return answer.json();
  } catch {
    return undefined;
  }
}

const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

function wasNeverSent({ code, fields }: AppError): boolean {
  if (code === 'outbound_refused') return true;
  if (code === 'outbound_timeout') return fields['phase'] === 'connect';
  return code === 'outbound_failed' && BEFORE_SENDING.has(String(fields['reason']));
}
