import type { HttpClient } from '../../../infrastructure/http-client/http-client.js';
import type { Provider } from '../../providers.js';
import { sendToProvider } from '../calls/send-to-provider.js';
import type { OAuthFacts } from '../facts.js';
import type { Tokens } from '../tokens.js';
import { TokenRequestRefusedError } from './oauth.errors.js';
import { readTokens } from './read-tokens.js';
import { type Grant, type OAuthApp, tokenRequest } from './token-request.js';

/** Codes of RFC 6749, 5.2, and nothing a provider could write into a log by way of one. */
const REASON = /^[a-z_]{1,60}$/;

/**
 * Asks the token URL once.
 *
 * @throws TokenRequestRefusedError; BrokenPageError for an answer that is none; what `sendToProvider` throws
 */
export async function callTokenUrl(
  http: HttpClient,
  provider: Provider,
  facts: OAuthFacts,
  call: { app: OAuthApp; params: Readonly<Record<string, string>>; grant: Grant },
): Promise<Tokens> {
  const request = tokenRequest(provider, facts, call.app, call.params, call.grant);
  const answer = await sendToProvider(http, provider, request, { params: call.params });
  if (answer.status < 200 || answer.status > 299) {
    const reason = reasonIn(answer);
    throw new TokenRequestRefusedError(answer.status, reason, provider.connector.facts.name);
  }
  return readTokens(answer.json(), facts, provider.connector.tokens);
}

function reasonIn(answer: { json(): unknown }): string | null {
  let body: unknown;
  try {
    body = answer.json();
  } catch {
    // A refusal in HTML or XML: its status says enough.
    return null;
  }
  const error: unknown = (body as { error?: unknown } | null | undefined)?.error;
  return typeof error === 'string' && REASON.test(error) ? error : null;
}
