import { checkUrl } from '../../../infrastructure/http-client/allowed-url.js';
import { placeUrl } from '../../providers.js';
import { hostsOf } from '../calls/send-to-provider.js';
import { ConnectorStrategy, type OAuthFlow, type StrategyMemory } from './connector-strategy.js';
import { OAuthPlaceRefusedError } from './oauth.errors.js';
import { runStrategy } from './run-strategy.js';

/**
 * Where to send the browser, and the PKCE verifier to remember until it is back (null where the provider
 * takes none).
 *
 * @throws OAuthPlaceRefusedError where the URL leads to a host that the connector does not list: whatever
 *   a param's pattern let through, no browser is sent there
 */
export async function beginConsent(
  flow: OAuthFlow,
): Promise<{ url: string; verifier: string | null }> {
  const memory: StrategyMemory = { verifier: null };
  const url = await runStrategy(new ConnectorStrategy(flow, memory, null), {});
  if (url === null) throw new Error('A strategy without a code asks for one.');
  const { provider, params } = flow;
  const checked = checkUrl(url, { hosts: hostsOf(provider, params), origin: null });
  if ('refused' in checked) {
    throw new OAuthPlaceRefusedError(provider.connector.facts.name, checked.refused);
  }
  return { url: placeUrl(provider.setup, checked.url.href), verifier: memory.verifier };
}
