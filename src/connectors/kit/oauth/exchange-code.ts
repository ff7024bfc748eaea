import type { HttpClient } from '../../../infrastructure/http-client/http-client.js';
import type { Secret } from '../../../kernel/secret.js';
import type { Tokens } from '../tokens.js';
import { ConnectorStrategy, type OAuthFlow } from './connector-strategy.js';
import { runStrategy } from './run-strategy.js';

/**
 * Exchanges the code, whose state was found right, for tokens.
 *
 * @throws what `callTokenUrl` throws
 */
export async function exchangeCode(
  http: HttpClient,
  flow: OAuthFlow,
  given: { code: Secret; verifier: string | null },
): Promise<Tokens> {
  const strategy = new ConnectorStrategy(flow, { verifier: given.verifier }, http);
  await runStrategy(strategy, { code: given.code.reveal(), state: flow.state });
  if (strategy.tokens === null) throw new Error('A strategy that succeeded has tokens.');
  return strategy.tokens;
}
